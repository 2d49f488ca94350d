//! A full screen: the pipeline hop by hop, the last failures and the last log lines.

use std::{
    collections::VecDeque,
    io,
    time::{Duration, Instant},
};

use esteira::engine::{Seen, What};
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};

use super::{Gauges, Names, Wish, line, log, names::short, text, totals::Totals};

mod draw;
mod model;
mod rates;
mod terminal;

use model::{Model, Said};
use rates::Rates;
use terminal::Taken;

/// The failures and the log lines that are kept to be shown.
const MOST: usize = 200;

/// The shortest time from one picture to the next.
const STEP: Duration = Duration::from_millis(40);

/// A terminal that shows a picture.
pub(super) struct Screen {
    /// None when it was closed.
    terminal: Option<Taken>,
    model: Model,
    rates: Rates,
    failures: VecDeque<Said>,
    logs: VecDeque<Said>,
    drawn: Option<Instant>,
    paused: bool,
    /// The hops that are above the picture.
    above: usize,
}

impl Screen {
    /// # Errors
    ///
    /// It is no terminal that can show it.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            terminal: Some(Taken::take()?),
            model: Model::default(),
            rates: Rates::default(),
            failures: VecDeque::new(),
            logs: VecDeque::new(),
            drawn: None,
            paused: false,
            above: 0,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "all that a picture is made of, from one caller")]
    pub(super) fn show(
        &mut self,
        now: Instant,
        elapsed: Duration,
        seen: &[Seen],
        logs: &log::Taken,
        names: &Names,
        totals: &Totals,
        gauges: &Gauges,
    ) -> io::Result<Wish> {
        self.keep(seen, logs, names);
        self.rates.look(now, totals);
        if self.drawn.is_some_and(|drawn| now - drawn < STEP) {
            return Ok(Wish::GoOn);
        }
        self.drawn = Some(now);
        while event::poll(Duration::ZERO)? {
            match event::read()? {
                Event::Key(key) if key.kind == KeyEventKind::Press => match key.code {
                    KeyCode::Char('q') | KeyCode::Esc => return Ok(Wish::End),
                    // In raw mode the terminal makes no signal of it.
                    KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                        return Ok(Wish::End);
                    }
                    KeyCode::Char('p') => self.paused = !self.paused,
                    KeyCode::Down => self.above = self.model.clamp(self.above + 1),
                    KeyCode::Up => self.above = self.above.saturating_sub(1),
                    _ => {}
                },
                _ => {}
            }
        }
        if !self.paused || self.model.hops.is_empty() {
            let hops = model::hops(names, totals, &self.rates, gauges);
            let (failures, logs) = (self.failures.clone(), self.logs.clone());
            let title = format!("{}  {}", names.app, names.source);
            self.model = Model { title, elapsed, hops, failures, logs, ..Model::default() };
        }
        (self.model.paused, self.model.above) = (self.paused, self.above);
        if let Some(terminal) = &mut self.terminal {
            terminal.draw(|frame| draw::draw(&self.model, frame))?;
        }
        Ok(Wish::GoOn)
    }

    /// Gives the terminal back.
    pub(super) fn close(&mut self) {
        self.terminal = None;
    }

    fn keep(&mut self, seen: &[Seen], logs: &log::Taken, names: &Names) {
        // Of thousands only the last are ever seen.
        let bad = seen.iter().rev().filter_map(|seen| Some((seen, line::failure(seen)?)));
        let bad: Vec<Said> = bad.take(MOST).map(|(seen, text)| said(seen, text, names)).collect();
        keep(&mut self.failures, bad.into_iter().rev());
        let lines = logs.lines.iter().skip(logs.lines.len().saturating_sub(MOST));
        keep(
            &mut self.logs,
            lines.map(|log| Said {
                at: text::clock(log.at),
                part: log.handler.clone(),
                level: log.level.clone(),
                text: log.text(),
            }),
        );
    }
}

fn said(seen: &Seen, text: String, names: &Names) -> Said {
    let part = match &seen.what {
        What::Invoked { function, .. } | What::GaveUp { function, .. } => names.handler(*function),
        What::Refused(refusal) => names.handler_of(&refusal.function),
        What::Put { stream } => names.stream(*stream),
        What::Published { bus, .. } => names.bus(*bus),
        What::Notified { topic, .. } => short(topic),
    };
    Said { at: text::clock(seen.at), part: part.to_owned(), level: "ERROR".into(), text }
}

fn keep(kept: &mut VecDeque<Said>, new: impl Iterator<Item = Said>) {
    kept.extend(new);
    let old = kept.len().saturating_sub(MOST);
    kept.drain(..old);
}
