//! Measures functions as `cargo xtask bench handlers` asks for it: plays Lambda and AWS to the
//! same functions of several contenders, in turns, and prints the figures as JSON.

mod guarantees;
mod measure;
mod scenario;

use std::process::ExitCode;

use anyhow::Context;
use esteira_tests::scripted::ScriptedAws;
use esteira_xtask::bench::Plan;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).context("the first argument is to be a plan")?;
    let plan = std::fs::read(&file).with_context(|| file.display().to_string())?;
    let plan: Plan = serde_json::from_slice(&plan).context("the plan")?;
    let aws = ScriptedAws::start()?;
    scenario::play(&aws);
    for contender in plan.contenders.iter().filter(|it| it.guarantees) {
        guarantees::check(contender, &aws).with_context(|| contender.name.clone())?;
    }
    let measured = measure::all(&plan, &aws)?;
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
