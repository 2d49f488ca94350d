//! `bench dev`: how soon an application runs on this machine, and how much goes through it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use clap::Args;
use esteira_manifest::dev::{Plan, Source, View};
use serde_json::{Value, json};

use super::figures::{Times, ratio, table, text};
use crate::{
    cargo,
    cli::Options,
    copy,
    diagnostic::{Diagnostic, Result},
    report::Report,
    tools::process::Guard,
};

mod generated;

/// The handlers of the generated applications.
const SIZES: [usize; 2] = [10, 300];

/// Nothing that is waited for takes so long, a first compilation aside.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// Measure `dev`: its start, a restart after an edit, and how much goes through an application, in
/// the process. Works on a copy, which is kept below `target/` with what is compiled in it
#[derive(Debug, Args)]
pub(crate) struct Dev {
    /// How often each is measured
    #[arg(long, default_value_t = 3, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The made-up rows that go through it
    #[arg(long, default_value_t = 100_000, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(10..))]
    rows: u64,
}

/// What was measured of one application.
#[derive(Debug, Default)]
struct Through {
    rows: u64,
    /// Of a tenth of the rows, and of all of them.
    times: [Times; 2],
    /// The most memory, in KiB, of either.
    memory: [u64; 2],
}

impl Dev {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let apps = options.apps()?;
        // Of several, the one that a workspace names first is its application; the others help.
        let Some(app) = apps.first() else {
            return Err(Diagnostic::new("there is no application to measure").into());
        };
        let root = app.generated().join("bench-dev").join("workspace");
        copy::refresh(&app.workspace.root, &root)?;
        let mut sizes = Vec::new();
        for handlers in SIZES {
            generated::add(&root, handlers)?;
            sizes.push((handlers, generated::name(handlers)));
        }
        let handler = generated::source(&sizes[0].1);

        report.status("Compiling", format_args!("a copy of the workspace, for {}", app.name()));
        let first = Started::new(&root, app.name())?;
        first.end()?;
        let (mut starts, mut programs, mut edits) =
            (Times::default(), Times::default(), Times::default());
        let small = Started::new(&root, &sizes[0].1)?;
        small.end()?;
        for run in 0..self.runs {
            report.status("Measuring", format_args!("starts, {} of {}", run + 1, self.runs));
            let began = Instant::now();
            let started = Started::new(&root, app.name())?;
            starts.add(began.elapsed());
            started.end()?;
            let began = Instant::now();
            let program = Program::of(&root, app.name())?;
            let mut running = program.start(|plan| plan.once = false)?;
            running.wait_for(1)?;
            programs.add(began.elapsed());
            running.end()?;
            let mut started = Started::new(&root, &sizes[0].1)?;
            let began = Instant::now();
            generated::touch(&root.join(&handler))?;
            started.wait_for(2)?;
            edits.add(began.elapsed());
            started.end()?;
        }
        let mut through = vec![(app.name().to_owned(), self.through(&root, app.name(), report)?)];
        for (_, name) in &sizes[1..] {
            Started::new(&root, name)?.end()?;
        }
        for (_, name) in &sizes {
            through.push((name.clone(), self.through(&root, name, report)?));
        }
        report.data(format_args!(
            "{}\n{}",
            beginnings(app.name(), &starts, &programs, &edits),
            rates(&through)
        ));
        report.json(&json!({
            "app": app.name(), "start": starts.as_json(), "program": programs.as_json(),
            "edit": edits.as_json(),
            "through": through.iter().map(|(name, it)| it.json(name)).collect::<Vec<_>>(),
        }));
        Ok(ExitCode::SUCCESS)
    }

    /// Sends made-up rows through an application that was started before.
    fn through(&self, root: &Path, name: &str, report: &Report) -> Result<Through> {
        let program = Program::of(root, name)?;
        let mut through = Through { rows: self.rows, ..Through::default() };
        for run in 0..self.runs {
            report.status("Measuring", format_args!("{name}, {} of {}", run + 1, self.runs));
            for (at, rows) in [self.rows / 10, self.rows].into_iter().enumerate() {
                let began = Instant::now();
                let mut running = program.start(|plan| {
                    plan.once = true;
                    plan.source = Source::Rows { number: rows, rate: None, seed: 0 };
                })?;
                let memory = running.wait_for_the_end()?;
                through.times[at].add(began.elapsed());
                through.memory[at] = through.memory[at].max(memory);
            }
        }
        Ok(through)
    }
}

impl Through {
    /// Rows a second, without what a start costs.
    fn rate(&self) -> f64 {
        let [few, many] = &self.times;
        let time = many.median().saturating_sub(few.median()).as_secs_f64();
        (self.rows - self.rows / 10) as f64 / time.max(f64::MIN_POSITIVE)
    }

    /// MB for a million rows.
    fn memory(&self) -> f64 {
        let [few, many] = self.memory;
        let kib = many.saturating_sub(few) as f64;
        kib / 1024.0 * 1e6 / (self.rows - self.rows / 10) as f64
    }

    fn json(&self, name: &str) -> Value {
        json!({
            "app": name, "rows": self.rows, "rows_a_second": self.rate(),
            "mb_a_million_rows": self.memory(),
            "few": self.times[0].as_json(), "many": self.times[1].as_json(),
        })
    }
}

/// A process that says where its endpoint is.
#[derive(Debug)]
struct Started {
    process: Guard,
    said: PathBuf,
}

impl Started {
    /// `cargo xtask dev` in a copy, as soon as its endpoint listens.
    fn new(root: &Path, app: &str) -> Result<Self> {
        let mut command = cargo::command(root);
        command.args(["xtask", "dev", "--app", app, "--fresh", "-q"]);
        let mut started = Self::spawn(command, root.join("dev.said"))?;
        started.wait_for(1)?;
        Ok(started)
    }

    fn spawn(mut command: Command, said: PathBuf) -> Result<Self> {
        let what = format!("{command:?}");
        let failed = |error: &dyn std::fmt::Display| {
            Diagnostic::new(format!("cannot start {what}: {error}"))
        };
        let file = File::create(&said).map_err(|error| failed(&error))?;
        let started = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(file).spawn();
        let process = Guard(started.map_err(|error| failed(&error))?);
        Ok(Self { process, said })
    }

    fn child(&mut self) -> &mut Child {
        &mut self.process.0
    }

    /// Waits until it has said so many times where it listens.
    fn wait_for(&mut self, times: usize) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            let said = fs::read_to_string(&self.said).unwrap_or_default();
            if said.matches("Endpoint ").count() >= times {
                return Ok(());
            }
            let gone = self.child().try_wait().ok().flatten();
            if gone.is_some() || Instant::now() > end {
                return Err(Diagnostic::new(format!("it does not start:\n{}", said.trim())).into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until it ends by itself; returns the most memory that it had, in KiB.
    fn wait_for_the_end(&mut self) -> Result<u64> {
        let status = format!("/proc/{}/status", self.child().id());
        let mut most = 0;
        loop {
            match self.child().try_wait() {
                Ok(Some(status)) if status.success() => return Ok(most),
                Ok(None) => {}
                ended => {
                    let said = fs::read_to_string(&self.said).unwrap_or_default();
                    let what = format!("it ends with {ended:?}:\n{}", said.trim());
                    return Err(Diagnostic::new(what).into());
                }
            }
            let status = fs::read_to_string(&status).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
            most = most.max(kib.unwrap_or(0));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it, as the end of its standard input does, or a signal.
    fn end(mut self) -> Result<()> {
        drop(self.child().stdin.take());
        self.process.stop(Duration::from_secs(10));
        Ok(())
    }
}

/// The program that `dev` has built for an application.
struct Program {
    path: PathBuf,
    plan: Plan,
    folder: PathBuf,
}

impl Program {
    fn of(root: &Path, app: &str) -> Result<Self> {
        let missing = |what: &Path| Diagnostic::new(format!("there is no {}", what.display()));
        let path = root.join("target/esteira/.cargo-target/debug").join(format!("dev-{app}"));
        if !path.is_file() {
            return Err(missing(&path).into());
        }
        let folder = match root.join(app) {
            folder if folder.is_dir() => folder,
            _ => return Err(missing(&root.join(app)).into()),
        };
        let told = folder.join(".esteira/dev/dev/plan.json");
        let plan = fs::read(&told).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let plan = plan.ok_or_else(|| missing(&told))?;
        Ok(Self { path, plan, folder })
    }

    /// Starts it with another plan, from nothing.
    fn start(&self, change: impl FnOnce(&mut Plan)) -> Result<Started> {
        let mut plan = self.plan.clone();
        plan.state = self.folder.join(".esteira/bench");
        (plan.fresh, plan.port, plan.view) = (true, 0, View::Quiet);
        change(&mut plan);
        let told = self.folder.join("plan.json");
        let written = serde_json::to_string(&plan).map_err(std::io::Error::other);
        written.and_then(|text| fs::write(&told, text)).map_err(|error| {
            Diagnostic::new(format!("cannot write {}: {error}", told.display()))
        })?;
        let mut command = cargo::tool(&self.path, &self.folder);
        command.arg(&told);
        Started::spawn(command, self.folder.join("dev.said"))
    }
}

fn beginnings(app: &str, starts: &Times, programs: &Times, edits: &Times) -> String {
    let row = |what: &str, times: &Times, target: Option<f64>| {
        let kept = |target: f64| {
            let kept = times.median().as_secs_f64() <= target;
            format!("{target} s: {}", if kept { "kept" } else { "missed" })
        };
        let target = target.map_or_else(|| "–".to_owned(), kept);
        let ratio = ratio(times.median(), programs.median());
        vec![what.to_owned(), text(times.median()), times.range(), target, ratio]
    };
    let rows = [
        row("the program, from its start to its endpoint", programs, Some(1.0)),
        row("the command with nothing to build, to the endpoint", starts, None),
        row("a handler saved, to the new endpoint", edits, Some(3.0)),
    ];
    table(&[&*format!("`dev` of `{app}`"), "median", "range", "target", "ratio"], &rows)
}

fn rates(through: &[(String, Through)]) -> String {
    let base = through.get(1).map(|(_, through)| through.rate());
    let rows: Vec<_> = through
        .iter()
        .map(|(name, through)| {
            vec![
                format!("`{name}`"),
                through.rows.to_string(),
                format!("{:.0}", through.rate()),
                base.map_or_else(String::new, |base| format!("{:.2}×", through.rate() / base)),
                format!("{:.0} MB", through.memory()),
            ]
        })
        .collect();
    let head = ["in the process", "rows", "rows a second", "ratio", "memory of a million rows"];
    table(&head, &rows)
}
