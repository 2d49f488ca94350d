//! Measuring, in turns: whatever else the machine does meets all contenders alike.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Context;
use esteira_tests::{function::Function, runtime_api::Invocation, scripted::ScriptedAws};
use esteira_xtask::bench::{Contender, Measured, Plan, Program, Warm};

use crate::scenario::Scenario;

/// Rounds that do not count: connections are opened, memory is asked for.
const WARM_UP: u32 = 3;

/// After its answer a function still asks for the next invocation.
const SETTLED: Duration = Duration::from_millis(2);

/// A function of a contender.
struct Subject<'a> {
    program: &'a Program,
    measured: Measured,
}

/// Measures every function of the plan.
pub(crate) fn all(plan: &Plan, aws: &ScriptedAws) -> anyhow::Result<Vec<Measured>> {
    let first = plan.contenders.first().context("there is nothing to measure")?;
    let mut all = Vec::new();
    for function in first.functions.keys() {
        eprintln!("{function}");
        let scenario = Scenario::of(function)?;
        let mut subjects = plan
            .contenders
            .iter()
            .map(|contender| subject(contender, function))
            .collect::<anyhow::Result<Vec<_>>>()?;
        aws.take_calls();
        warm(&mut subjects, &scenario, plan.rounds, aws)?;
        cold(&mut subjects, &scenario, plan.rounds, aws)?;
        all.extend(subjects.into_iter().map(|subject| subject.measured));
    }
    Ok(all)
}

fn subject<'a>(contender: &'a Contender, function: &str) -> anyhow::Result<Subject<'a>> {
    let program = contender
        .functions
        .get(function)
        .with_context(|| format!("{} has no `{function}`", contender.name))?;
    let measured = Measured {
        function: function.to_owned(),
        contender: contender.name.clone(),
        ..Measured::default()
    };
    Ok(Subject { program, measured })
}

impl Subject<'_> {
    fn start(&self, aws: &ScriptedAws) -> anyhow::Result<Function> {
        Function::start(self.program.command().env("AWS_ENDPOINT_URL", aws.endpoint()))
    }

    /// For messages.
    fn name(&self) -> String {
        format!("`{}`, {}", self.measured.function, self.measured.contender)
    }
}

/// Every process answers many invocations.
fn warm(
    subjects: &mut [Subject<'_>],
    scenario: &Scenario,
    rounds: u32,
    aws: &ScriptedAws,
) -> anyhow::Result<()> {
    let functions =
        subjects.iter().map(|subject| subject.start(aws)).collect::<anyhow::Result<Vec<_>>>()?;
    for &records in scenario.batches {
        let invocation = Invocation::new(&scenario.event(records));
        for round in 0..WARM_UP + rounds {
            for at in shuffled(subjects.len(), round) {
                let (subject, function) = (&mut subjects[at], &functions[at]);
                let before = processor_time(function.id());
                let done = function.invoke(&invocation).with_context(|| subject.name())?;
                sleep(SETTLED);
                let after = processor_time(function.id());
                let checked = scenario.check(records, &done.answer, &aws.take_calls());
                checked.with_context(|| subject.name())?;
                if round < WARM_UP {
                    continue;
                }
                let Warm { took, processor } = subject.measured.warm.entry(records).or_default();
                took.push(done.took.as_secs_f64());
                if let (Some(before), Some(after)) = (before, after) {
                    processor.push((after - before).as_secs_f64());
                }
            }
        }
    }
    for (subject, function) in subjects.iter_mut().zip(&functions) {
        subject.measured.resident = most_resident(function.id())?;
    }
    Ok(())
}

/// Every process answers one invocation.
fn cold(
    subjects: &mut [Subject<'_>],
    scenario: &Scenario,
    rounds: u32,
    aws: &ScriptedAws,
) -> anyhow::Result<()> {
    let invocation = Invocation::new(&scenario.event(1));
    for round in 0..1 + rounds {
        for at in shuffled(subjects.len(), round) {
            let subject = &mut subjects[at];
            let started = Instant::now();
            let function = subject.start(aws)?;
            let done = function.invoke(&invocation).with_context(|| subject.name())?;
            let took = started.elapsed();
            let checked = scenario.check(1, &done.answer, &aws.take_calls());
            checked.with_context(|| subject.name())?;
            // The first one finds nothing of the program in memory.
            if round > 0 {
                subject.measured.cold.push(took.as_secs_f64());
            }
        }
    }
    Ok(())
}

/// The turns of a round: in another order each time, so that none has always the same one before
/// it, and the same ones in every run.
fn shuffled(count: usize, round: u32) -> Vec<usize> {
    let mut turns: Vec<usize> = (0..count).collect();
    fastrand::Rng::with_seed(round.into()).shuffle(&mut turns);
    turns
}

/// What all threads of a process have had of the processor; none where the system does not tell.
///
/// <https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat>
fn processor_time(process: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let time = |thread: fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    threads.flatten().map(time).sum::<Option<u64>>().map(Duration::from_nanos)
}

/// The most memory that was resident, in KiB.
///
/// <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
fn most_resident(process: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.context("the system does not tell how much memory a process has")
}
