//! `dev`: runs the whole pipeline on this machine, and again after every save.

use std::{
    path::PathBuf,
    process::{ExitCode, ExitStatus},
    time::{Duration, Instant, SystemTime},
};

use anstream::{AutoStream, ColorChoice};
use clap::{ArgGroup, Args};
use esteira_manifest::dev::{Plan, Source, View};

use crate::{
    app::App,
    cli::Options,
    diagnostic::{Diagnostic, Failure, Result},
    generated,
    graph::Graph,
    report::Report,
    schema,
    signals::Signals,
    sources::Sources,
    stage,
};

mod binaries;
mod plan;
mod running;
pub(super) mod state;
mod watch;

use running::Running;
use state::State;
use watch::{Look, Stamp, Watch};

/// Run the whole pipeline on this machine, and again after every save
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source"))]
pub(crate) struct Dev {
    /// Make up this many rows of the captured tables
    #[arg(long, value_name = "NUMBER", group = "source")]
    rows: Option<u64>,
    /// Take change records from a file: JSON as DMS writes it, one record a line
    #[arg(long, value_name = "FILE", group = "source")]
    replay: Option<PathBuf>,
    /// Read the binlog of a MySQL or MariaDB [default: a MariaDB that is started for it]
    #[arg(long, value_name = "URL", num_args = 0..=1, group = "source")]
    #[expect(
        clippy::option_option,
        reason = "clap's way of saying that the value may be left out"
    )]
    mysql: Option<Option<String>>,
    /// How many rows or records a second [default: as many as go]
    #[arg(long, value_name = "NUMBER", requires = "source", conflicts_with = "mysql", value_parser = rate)]
    rate: Option<f64>,
    /// What rows are made up from: the same seed makes the same rows
    #[arg(long, value_name = "NUMBER", requires = "rows", default_value = "0")]
    seed: u64,
    /// Run the functions as they are built for Lambda, each in a process of its own
    #[arg(long)]
    binaries: bool,
    /// Where on 127.0.0.1 `aws --endpoint-url` finds it [default: any free port]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Forget tables, queues and positions of the run before, and the database started for it
    #[arg(long)]
    fresh: bool,
    /// End when everything that came from the source is handled; watch no file
    #[arg(long, requires = "source")]
    once: bool,
    /// Show it on the full screen
    #[arg(long, conflicts_with_all = ["json", "quiet"])]
    tui: bool,
}

/// How often it is asked whether the program still runs.
const PAUSE: Duration = Duration::from_millis(50);

/// How often files are looked at.
const LOOKS: Duration = Duration::from_millis(200);

/// How long nothing is saved any more before it is built: who saves everything saves many files.
const QUIET: Duration = Duration::from_millis(80);

impl Dev {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let app = options.app()?;
        self.check_source()?;
        let state = State::open(&app, &options.stage)?;
        state.forget_endpoint();
        let mut session = Session {
            dev: self,
            options,
            report,
            state,
            watch: Watch::new(&app, &Sources::of(&app)?),
            current: None,
            // Until something runs, a signal ends this process as any other.
            signals: None,
            started: false,
        };
        session.go()
    }

    /// What is typed is looked at before anything takes time.
    fn check_source(&self) -> Result<()> {
        match &self.replay {
            Some(file) if !file.is_file() => {
                Err(Diagnostic::new(format!("there is no file {}", file.display()))
                    .help("`--replay` takes a file of change records, one a line: {\"data\": …, \"metadata\": …}")
                    .into())
            }
            _ => Ok(()),
        }
    }

    fn source(&self, ready: &Resolved) -> Source {
        if let Some(number) = self.rows {
            return Source::Rows { number, rate: self.rate, seed: self.seed };
        }
        if let Some(file) = &self.replay {
            let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            return Source::Replay { file, rate: self.rate };
        }
        match &self.mysql {
            Some(url) => plan::mysql(&ready.app, &ready.program.manifest, url.clone()),
            None => Source::None,
        }
    }

    fn view(&self, report: &Report) -> View {
        match report {
            _ if self.tui => View::Screen,
            Report { json: true, .. } => View::Json,
            Report { quiet: true, .. } => View::Quiet,
            Report { no_color, .. } => {
                let wanted = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
                View::Lines { color: wanted && !no_color }
            }
        }
    }
}

/// An application that was built and fits together.
struct Resolved {
    app: App,
    program: generated::Program,
    graph: Graph,
}

/// What is ready to be started.
struct Ready {
    app: App,
    program: PathBuf,
    /// Of this program and those of the functions.
    stamps: Vec<Stamp>,
    /// Without what is only known at the start.
    plan: Plan,
}

/// What runs, and what it was started from.
struct Current {
    running: Running,
    stamps: Vec<Stamp>,
    plan: Plan,
}

/// Why the wait is over.
enum Next {
    Saved,
    Ended(ExitStatus),
    Interrupted,
}

struct Session<'a> {
    dev: &'a Dev,
    options: &'a Options,
    report: &'a Report,
    state: State,
    watch: Watch,
    current: Option<Current>,
    signals: Option<Signals>,
    /// Whether anything ran already, with which the next goes on.
    started: bool,
}

impl Session<'_> {
    fn go(&mut self) -> Result<ExitCode> {
        loop {
            let (began, clock) = (SystemTime::now(), Instant::now());
            let before = self.watch.look();
            if self.dev.tui {
                // What cargo says would be written over the screen.
                self.end_current();
            }
            match self.prepare() {
                Ok(ready) => self.show(ready, clock)?,
                Err(failure) if self.dev.once => return Err(failure),
                Err(failure) => self.refuse(&failure),
            }
            // What was saved meanwhile may or may not have been built.
            let now = self.watch.look();
            if !self.dev.once && self.watch.has_changed(&before, began) {
                continue;
            }
            match self.wait(&now) {
                Next::Saved => {}
                Next::Interrupted => return Ok(self.finish()),
                Next::Ended(status) => {
                    self.state.forget_endpoint();
                    self.current = None;
                    // A program that gives up says why and exits with 1; anything else is a crash,
                    // which the next save may put right.
                    match status.code() {
                        Some(code @ (0 | 1)) => return Ok(ExitCode::from(u8::from(code == 1))),
                        _ if self.dev.once => return Ok(ExitCode::FAILURE),
                        _ => {
                            let message = format!("the program ended unexpectedly: {status}");
                            self.report.warning(&Diagnostic::new(message));
                            self.report.status("Waiting", "for the next save");
                            match self.wait(&now) {
                                Next::Saved => {}
                                _ => return Ok(ExitCode::FAILURE),
                            }
                        }
                    }
                }
            }
        }
    }

    /// Builds and checks what is there now.
    fn prepare(&mut self) -> Result<Ready> {
        let app = self.options.app()?;
        let sources = Sources::of(&app)?;
        let mut watch = Watch::new(&app, &sources);
        // As long as nothing is built, what the last build was made from counts too.
        self.watch.join(&watch);
        let program = generated::build_dev(&app, &sources, self.report)?;
        let dep_info = std::fs::read_to_string(&program.dep_info).unwrap_or_default();
        watch.add_dep_info(&dep_info, &app.workspace.target);
        schema::paths(&app, &program.manifest).into_iter().for_each(|path| watch.add(path));
        self.watch = watch;

        let stage = stage::load(&self.options.stage, app.package.directory(), &app.workspace.root)?;
        let schemas = schema::check(&app, &program.manifest)?;
        let graph = Graph::with_schemas(&program.manifest, &schemas, &stage)?;
        graph.warnings.iter().for_each(|warning| self.report.warning(warning));
        let resolved = Resolved { app, program, graph };
        let binaries = match self.dev.binaries {
            true => Some(binaries::build(
                &resolved.app,
                &resolved.program.manifest,
                &resolved.graph,
                self.report,
            )?),
            false => None,
        };
        let programs = binaries::programs(binaries.as_ref());
        let stamps =
            std::iter::once(&resolved.program.path).chain(programs).map(|it| watch::stamp(it));
        let stamps = stamps.collect();
        let plan = Plan {
            port: self.dev.port.unwrap_or(0),
            source: self.dev.source(&resolved),
            binaries,
            view: self.dev.view(self.report),
            once: self.dev.once,
            ..plan::of(&resolved.graph, self.state.root())
        };
        let Resolved { app, program, .. } = resolved;
        Ok(Ready { app, program: program.path, stamps, plan })
    }

    /// Starts what was built, in the place of what runs, if it is something else.
    fn show(&mut self, ready: Ready, clock: Instant) -> Result<()> {
        let Ready { app, program, stamps, plan } = ready;
        let same = |current: &mut Current| {
            current.running.ended().is_none() && current.stamps == stamps && current.plan == plan
        };
        if self.current.as_mut().is_some_and(same) {
            self.report.status("Unchanged", "nothing that runs is another");
            return Ok(());
        }
        let mut told = plan.clone();
        // Whoever was told where it listens finds the next one there too.
        if let (0, Some(endpoint)) = (plan.port, self.state.endpoint()) {
            told.port = endpoint.port();
        }
        self.end_current();
        (told.fresh, told.resumes) = (self.dev.fresh && !self.started, self.started);
        let path = self.state.note(&told)?;
        let running = Running::start(&app, &program, &path)?;
        self.signals.get_or_insert_with(Signals::wait);
        let verb = if self.started { "Restarted" } else { "Running" };
        let (name, stage) = (app.name(), &self.options.stage);
        let took = clock.elapsed().as_secs_f64();
        self.report.status(verb, format_args!("{name}, stage {stage}, after {took:.2}s"));
        self.started = true;
        self.current = Some(Current { running, stamps, plan });
        Ok(())
    }

    /// Says why nothing new is started. As data come lines of the program's, mistakes are told
    /// beside it alone.
    fn refuse(&self, failure: &Failure) {
        Report { json: false, ..*self.report }.failure(failure);
        let what = match &self.current {
            Some(_) => "for the next save; what was built before goes on",
            None => "for the next save",
        };
        self.report.status("Waiting", what);
    }

    /// Waits until a file is saved, the program ends or somebody ends it all.
    fn wait(&mut self, look: &Look) -> Next {
        let mut looked = Instant::now();
        loop {
            if self.signals.as_ref().is_some_and(Signals::came) {
                return Next::Interrupted;
            }
            if let Some(status) = self.current.as_mut().and_then(|it| it.running.ended()) {
                return Next::Ended(status);
            }
            if !self.dev.once && looked.elapsed() >= LOOKS {
                looked = Instant::now();
                let mut now = self.watch.look();
                if now != *look {
                    loop {
                        std::thread::sleep(QUIET);
                        let later = self.watch.look();
                        if later == now {
                            return Next::Saved;
                        }
                        now = later;
                    }
                }
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn end_current(&mut self) {
        if let Some(current) = self.current.take() {
            current.running.replace();
            self.state.forget_endpoint();
        }
    }

    /// Ends everything, as the user wants.
    fn finish(&mut self) -> ExitCode {
        let Some(current) = self.current.take() else { return ExitCode::FAILURE };
        let status = current.running.finish();
        self.state.forget_endpoint();
        match status.and_then(|status| status.code()) {
            Some(0) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

/// A number of rows a second.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate.is_finite() => Ok(rate),
        _ => Err("not a number above zero".into()),
    }
}
