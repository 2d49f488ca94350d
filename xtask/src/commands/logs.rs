//! `logs`: what the functions of a stage log.

use std::{
    collections::BTreeSet, io::Write, ops::RangeInclusive, process::ExitCode, thread,
    time::Duration,
};

use clap::Args;

use super::deployed::Deployed;
use crate::{
    aws::{Access, Aws, Cause, Refusal},
    cli::Options,
    diagnostic::{Diagnostic, Failure, Result},
    logs::{self, Line, Painter, Part, Seen, Source},
    moment::{self, Moment},
    report::Report,
};

/// Show what the handlers log, merged by time
#[derive(Debug, Args)]
pub(crate) struct Logs {
    /// Only these handlers
    #[arg(value_name = "HANDLER")]
    handlers: Vec<String>,
    /// Go on with what comes, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// How far back, as 30s, 10m, 2h or 1d
    #[arg(long, value_name = "SPAN", default_value = "10m", value_parser = moment::parse_span)]
    since: Duration,
    /// Only lines with this text, or that match this filter pattern: { $.level = "ERROR" }
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    #[command(flatten)]
    access: Access,
}

/// How long to wait before asking for more.
const PAUSE: Duration = Duration::from_secs(2);

/// How long to wait at most, if AWS has enough of being asked.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Logs {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let deployed = Deployed::load(options, report)?;
        let functions = deployed.functions(&self.handlers)?;
        let sources: Vec<_> =
            functions.iter().map(|(position, function)| Source::new(function, *position)).collect();
        let aws = deployed.aws(&self.access)?;
        let mut printer = Printer {
            painter: Painter::new(&sources, report.verbose),
            json: report.json,
            pattern: self.filter.as_deref().map(logs::pattern),
            report,
            deployed: &deployed,
            is_following: self.follow,
            told: BTreeSet::new(),
        };
        let start = Moment::now().before(self.since);
        if self.follow {
            printer.follow(&aws, &sources, start)
        } else {
            printer.once(&aws, &sources, start)
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

struct Printer<'a> {
    painter: Painter,
    json: bool,
    pattern: Option<String>,
    report: &'a Report,
    deployed: &'a Deployed,
    /// Whether what is out of reach for the moment is waited for.
    is_following: bool,
    /// The handlers whose log group is known to be missing.
    told: BTreeSet<String>,
}

impl Printer<'_> {
    fn once(&mut self, aws: &Aws, sources: &[Source], start: Moment) -> Result<()> {
        let now = Moment::now();
        let times = Seen::new(start).next(now);
        let asked: Vec<_> = sources.iter().map(|source| (source, times.clone())).collect();
        let mut lines = Vec::new();
        let parts = logs::read(aws, &asked, self.pattern.as_deref());
        if let Some(throttled) = self.refused(&parts)? {
            return Err(throttled.into());
        }
        for part in parts {
            let read = part.lines.unwrap_or_default();
            if let (true, Some(last)) = (part.more, read.last()) {
                self.report.warning(
                    &Diagnostic::new(format!(
                        "`{}` logged more than {} lines; those after {} are left out",
                        part.source.handler,
                        logs::MOST,
                        last.time
                    ))
                    .help("look less far back with `--since`, or at less with `--filter`"),
                );
            }
            lines.extend(read);
        }
        self.print(lines);
        Ok(())
    }

    /// Ctrl-C ends this process and the `aws` processes beneath it, which are of its group: there
    /// is nothing to clean up.
    fn follow(&mut self, aws: &Aws, sources: &[Source], start: Moment) -> Result<()> {
        let mut seen: Vec<_> = sources.iter().map(|_| Seen::new(start)).collect();
        let mut pause = PAUSE;
        loop {
            let now = Moment::now();
            let asked: Vec<(&Source, RangeInclusive<Moment>)> =
                sources.iter().zip(&seen).map(|(source, seen)| (source, seen.next(now))).collect();
            let parts = logs::read(aws, &asked, self.pattern.as_deref());
            let throttled = self.refused(&parts)?.is_some();
            let mut lines = Vec::new();
            let mut more = false;
            for (part, seen) in parts.into_iter().zip(&mut seen) {
                let Ok(mut read) = part.lines else { continue };
                seen.keep_new(&mut read, part.more);
                more |= part.more;
                lines.extend(read);
            }
            // Whoever read the lines, such as `head`, has gone.
            if !self.print(lines) {
                return Ok(());
            }
            pause = if throttled { (pause * 2).min(LONGEST_PAUSE) } else { PAUSE };
            if throttled || !more {
                thread::sleep(pause);
            }
        }
    }

    /// That AWS asks for patience, if it does. What a handler that was never deployed would have logged is
    /// not missed, unless none of them was.
    fn refused(&mut self, parts: &[Part<'_>]) -> Result<Option<Refusal>> {
        let mut throttled = None;
        let mut missing = Vec::new();
        for part in parts {
            let Err(refusal) = &part.lines else { continue };
            match refusal.cause {
                // A machine that sleeps or changes its network comes back.
                Cause::Throttled => throttled = Some(refusal.clone()),
                Cause::Unreachable if self.is_following => throttled = Some(refusal.clone()),
                Cause::NotFound => missing.push(part.source),
                _ => return Err(refusal.clone().into()),
            }
        }
        let diagnostic = |source: &Source| {
            self.deployed.missing(&format!("log group `{}` of `{}`", source.group, source.handler))
        };
        if missing.len() == parts.len() {
            return Err(Failure(missing.into_iter().take(1).map(diagnostic).collect()));
        }
        for source in missing {
            if self.told.insert(source.handler.clone()) {
                self.report.warning(&diagnostic(source));
            }
        }
        Ok(throttled)
    }

    /// Prints lines of several logs in the order of time; false if nobody reads them.
    fn print(&self, mut lines: Vec<Line<'_>>) -> bool {
        // Those of one log are in order already, also where their times are the same.
        lines.sort_by_key(|line| line.time);
        let mut out = anstream::stdout().lock();
        lines.iter().all(|line| {
            let text = match self.json {
                true => Some(logs::as_json(line).to_string()),
                false => self.painter.line(line),
            };
            text.is_none_or(|text| writeln!(out, "{text}").is_ok())
        })
    }
}
