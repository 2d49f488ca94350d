//! Runs an application on this machine, as a plan says.

use std::{fs, io, path::Path, process::ExitCode};

use esteira_manifest::dev::Plan;

/// Runs the application that is linked into this program. For now it prints the plan, and waits
/// until its stdin ends.
pub fn main(plan: &Path) -> ExitCode {
    let read = || -> Result<Plan, Box<dyn std::error::Error>> {
        Ok(serde_json::from_slice(&fs::read(plan)?)?)
    };
    match read() {
        Ok(plan) => {
            println!("{plan:#?}");
            if !plan.once {
                let _ = io::copy(&mut io::stdin(), &mut io::sink());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}: {error}", plan.display());
            ExitCode::FAILURE
        }
    }
}
