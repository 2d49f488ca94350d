//! How what happens in an engine is shown: lines, lines of JSON, a full screen, or only a summary.
//!
//! It never holds the engine up for long: what comes faster than anybody can read is counted, and a
//! summary at the end has all of it. Lines of JSON are for programs, and left out is none.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    time::{Duration, Instant, SystemTime},
};

use esteira::{engine::Seen, manifest::dev};

mod entry;
mod gauges;
mod histogram;
mod json;
mod line;
mod log;
mod names;
mod pace;
mod screen;
mod summary;
mod text;
mod totals;

pub use gauges::{Gauges, OfFunction};
pub use log::{Layer, Log, Logs};
pub use names::{Function, Names, Trigger};

use entry::Entry;
use line::Painter;
use pace::Pace;
use screen::Screen;
use totals::Totals;

/// What a person at the keys wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Wish {
    /// That it goes on.
    GoOn,
    /// That it ends; also when nobody reads any more what is written.
    End,
}

/// Shows what happens.
pub struct View {
    names: Names,
    totals: Totals,
    logs: Logs,
    began: Instant,
    out: Out,
}

enum Out {
    Quiet,
    Lines(Lines),
    Json(Output),
    Screen(Box<Screen>),
}

type Output = Box<dyn Write + Send>;

/// Lines for people.
struct Lines {
    painter: Painter,
    pace: Pace,
    output: Output,
}

impl View {
    /// Shows it on standard output. A full screen that is no terminal is lines, and says so on
    /// standard error.
    #[must_use]
    pub fn start(how: dev::View, names: Names) -> Self {
        let stdout = || Box::new(BufWriter::new(io::stdout()));
        let how = match how {
            dev::View::Screen if !io::stdout().is_terminal() => {
                eprintln!(
                    "note: standard output is no terminal, so there are lines instead of the full screen"
                );
                dev::View::Lines { color: false }
            }
            how => how,
        };
        match how {
            dev::View::Screen => match Screen::open() {
                Ok(screen) => Self::with(Out::Screen(Box::new(screen)), names),
                Err(error) => {
                    eprintln!(
                        "note: the full screen cannot be shown ({error}), so there are lines instead"
                    );
                    Self::to(dev::View::Lines { color: false }, names, stdout())
                }
            },
            how => Self::to(how, names, stdout()),
        }
    }

    /// Shows it elsewhere, a full screen as lines.
    fn to(how: dev::View, names: Names, output: Output) -> Self {
        let color = matches!(how, dev::View::Lines { color: true });
        let out = match how {
            dev::View::Quiet => Out::Quiet,
            dev::View::Json => Out::Json(output),
            dev::View::Lines { .. } | dev::View::Screen => {
                let painter = Painter::new(&names, color);
                let pace = Pace::new(Instant::now(), &Totals::new(&names));
                Out::Lines(Lines { painter, pace, output })
            }
        };
        Self::with(out, names)
    }

    fn with(out: Out, names: Names) -> Self {
        let totals = Totals::new(&names);
        Self { names, totals, logs: Logs::default(), began: Instant::now(), out }
    }

    /// Where log lines are put to be shown.
    #[must_use]
    pub fn logs(&self) -> Logs {
        self.logs.clone()
    }

    /// Shows what has happened since the last time. With a full screen it is called twenty times a
    /// second, whether anything has happened or not, for it reads the keys too; otherwise whenever
    /// something has, when a line was [added](Logs::added) to the logs, and when it is
    /// [due](Self::due). Only the full screen looks at `gauges`.
    pub fn show(&mut self, seen: &[Seen], gauges: &Gauges) -> Wish {
        let now = Instant::now();
        let logs = self.logs.take();
        let shown = match &mut self.out {
            Out::Quiet => {
                seen.iter().for_each(|seen| self.totals.add(seen, &self.names));
                Ok(Wish::GoOn)
            }
            Out::Lines(lines) => lines.show(now, seen, logs, &self.names, &mut self.totals),
            Out::Json(output) => {
                let lines = seen.iter().map(|seen| {
                    self.totals.add(seen, &self.names);
                    json::of(seen, &self.names)
                });
                json::write(output, lines.chain(logs.lines.iter().map(json::of_log)))
            }
            Out::Screen(screen) => {
                seen.iter().for_each(|seen| self.totals.add(seen, &self.names));
                let elapsed = now - self.began;
                screen.show(now, elapsed, seen, &logs, &self.names, &self.totals, gauges)
            }
        };
        shown.unwrap_or(Wish::End)
    }

    /// When it wants to show something even if nothing happens.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        match &self.out {
            Out::Lines(lines) => lines.pace.due(),
            Out::Screen(_) => Some(Instant::now() + Duration::from_millis(50)),
            _ => None,
        }
    }

    /// Ends the full screen, and writes what there was in all to standard output.
    pub fn summary(mut self, gauges: &Gauges) {
        let elapsed = self.began.elapsed();
        let text = || summary::text(&self.names, &self.totals, gauges, elapsed);
        // Nobody is left to tell if standard output is gone.
        let _ = match self.out {
            Out::Quiet => writeln!(io::stdout(), "{}", text()),
            Out::Lines(ref mut lines) => {
                lines.end(SystemTime::now(), &self.names, &self.totals).and_then(|()| {
                    writeln!(lines.output, "\n{}", text())?;
                    lines.output.flush()
                })
            }
            Out::Json(ref mut output) => {
                let line = json::summary(&self.names, &self.totals, gauges, elapsed);
                json::write(output, [line]).map(|_| ())
            }
            Out::Screen(ref mut screen) => {
                screen.close();
                writeln!(io::stdout(), "{}", text())
            }
        };
    }
}

impl Lines {
    fn show(
        &mut self,
        now: Instant,
        seen: &[Seen],
        logs: log::Taken,
        names: &Names,
        totals: &mut Totals,
    ) -> io::Result<Wish> {
        let Self { painter, pace, output } = self;
        let mut any = false;
        let at = seen.last().map_or_else(SystemTime::now, |seen| seen.at);
        for text in pace.turn(now, totals) {
            writeln!(output, "{}", painter.counts(at, &text, names))?;
            any = true;
        }
        let mut rest = seen;
        while let Some((entry, after)) = Entry::first(rest) {
            rest[..rest.len() - after.len()].iter().for_each(|seen| totals.add(seen, names));
            rest = after;
            if pace.admits(entry.is_bad()) {
                writeln!(output, "{}", painter.line(&entry, names))?;
                any = true;
            }
        }
        for line in &logs.lines {
            if pace.admits(line.is_bad()) {
                writeln!(output, "{}", painter.log(line))?;
                any = true;
            }
        }
        pace.hide_logs(logs.dropped);
        if any {
            output.flush()?;
        }
        Ok(Wish::GoOn)
    }

    fn end(&mut self, at: SystemTime, names: &Names, totals: &Totals) -> io::Result<()> {
        for text in self.pace.end(Instant::now(), totals) {
            writeln!(self.output, "{}", self.painter.counts(at, &text, names))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
