//! The command line.

use std::{env, ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    app::{self, App},
    commands,
    diagnostic::{Diagnostic, Result},
    report::Report,
};

/// Typed event pipelines on AWS: annotated functions become Lambdas, permissions, infrastructure.
#[derive(Debug, Parser)]
#[command(name = "esteira", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(commands::new::New),
    Synth(commands::synth::Synth),
    Check(commands::check::Check),
    Build(commands::build::Build),
    DeployerPolicy(commands::deployer_policy::DeployerPolicy),
    Dev(commands::dev::Dev),
    Diff(commands::diff::Diff),
    Deploy(commands::deploy::Deploy),
    Destroy(commands::destroy::Destroy),
    Outputs(commands::outputs::Outputs),
    Logs(commands::logs::Logs),
    Invoke(commands::invoke::Invoke),
    Redrive(commands::redrive::Redrive),
    Status(commands::status::Status),
    Bench(commands::bench::Bench),
    Test(commands::test::Test),
}

/// What every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Options {
    /// The application, by package name or path [default: the one of this directory, else all]
    #[arg(long, global = true, value_name = "NAME|PATH")]
    app: Option<String>,
    /// The stage, one of esteira.toml
    #[arg(long, global = true, default_value = "dev", value_name = "NAME")]
    pub(crate) stage: String,
    /// The output folder [default: target/esteira/<app>/<stage>]
    #[arg(short, long, global = true, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,
    /// No progress on stderr
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say what is run
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// No colour (nor with NO_COLOR set)
    #[arg(long, global = true)]
    no_color: bool,
    /// Answer every question with yes
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
}

impl Options {
    /// The applications that are meant.
    pub(crate) fn apps(&self) -> Result<Vec<App>> {
        let directory = env::current_dir().map_err(|error| {
            Diagnostic::new(format!("cannot tell the current directory: {error}"))
        })?;
        app::find(self.app.as_deref(), &directory)
    }

    /// The one application that is meant.
    pub(crate) fn app(&self) -> Result<App> {
        let mut apps = self.apps()?;
        match apps.pop() {
            Some(app) if apps.is_empty() => Ok(app),
            last => {
                let names: Vec<_> = apps.iter().chain(&last).map(App::name).collect();
                Err(Diagnostic::new("this is done to one application at a time")
                    .help(format!("choose one with `--app`: {}", names.join(", ")))
                    .into())
            }
        }
    }

    /// The output folder of one of these applications. With `-o` and several of them, each has
    /// a folder of its own below it.
    pub(crate) fn output(&self, app: &App, of: usize) -> PathBuf {
        match &self.output {
            None => app.output(&self.stage),
            Some(folder) if of == 1 => folder.clone(),
            Some(folder) => folder.join(app.name()),
        }
    }

    fn report(&self) -> Report {
        let no_color = self.no_color || env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Report { quiet: self.quiet, verbose: self.verbose, json: self.json, no_color }
    }
}

/// Runs the tool on the arguments of this process. Exit code 0 is success, 1 failure (usage
/// errors too), 2 "there are changes".
pub fn main() -> ExitCode {
    let cli = match parse(env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to stdout and is a success; a closed pipe is not worth a word.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    let report = cli.options.report();
    report.set_up();
    let outcome = match &cli.command {
        Command::New(new) => new.run(&report),
        Command::Synth(synth) => synth.run(&cli.options, &report),
        Command::Check(check) => check.run(&cli.options, &report),
        Command::Build(build) => build.run(&cli.options, &report),
        Command::DeployerPolicy(policy) => policy.run(&cli.options, &report),
        Command::Dev(dev) => dev.run(&cli.options, &report),
        Command::Diff(diff) => diff.run(&cli.options, &report),
        Command::Deploy(deploy) => deploy.run(&cli.options, &report),
        Command::Destroy(destroy) => destroy.run(&cli.options, &report),
        Command::Outputs(outputs) => outputs.run(&cli.options, &report),
        Command::Logs(logs) => logs.run(&cli.options, &report),
        Command::Invoke(invoke) => invoke.run(&cli.options, &report),
        Command::Redrive(redrive) => redrive.run(&cli.options, &report),
        Command::Status(status) => status.run(&cli.options, &report),
        Command::Bench(bench) => bench.run(&cli.options, &report),
        Command::Test(test) => test.run(),
    };
    outcome.unwrap_or_else(|failure| {
        report.failure(&failure);
        ExitCode::FAILURE
    })
}

/// As `cargo esteira …`, cargo passes its name for us as the first argument. Help speaks of the
/// command that was typed.
fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut arguments: Vec<_> = arguments.collect();
    let extension = arguments.get(1).is_some_and(|first| first == "esteira");
    if extension {
        arguments.remove(1);
    }
    let name = if extension { "cargo esteira" } else { "cargo xtask" };
    let matches = Cli::command().bin_name(name).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn cargo_s_own_name_for_us_is_dropped() {
        let parse = |line: &str| super::parse(line.split(' ').map(OsString::from)).unwrap();
        for line in ["cargo-esteira esteira synth --stage prod", "cargo-esteira --stage prod synth"]
        {
            let cli = parse(line);
            assert!(matches!(cli.command, Command::Synth(_)), "{line}");
            assert_eq!(cli.options.stage, "prod");
        }
    }
}
