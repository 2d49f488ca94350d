//! A picture, drawn: from what it shows to what stands in each cell, and nothing else.

use std::{collections::VecDeque, time::Duration};

use ratatui::{
    Frame,
    layout::{Alignment, Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Borders, Cell, Paragraph, Row as TableRow, Table},
};

use super::model::{Model, Row, Said};
use crate::view::text;

const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const BAD: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
const WARNING: Style = Style::new().fg(Color::Yellow);

/// A column: its head, its width, and when it is left out for want of room, the highest first.
type Column = (&'static str, u16, u8);

/// Beside the name, which has what is left.
const COLUMNS: [Column; 10] = [
    ("total", 11, 0),
    ("/s", 8, 1),
    ("lag", 9, 2),
    ("running", 7, 6),
    ("p50", 7, 5),
    ("p99", 7, 4),
    ("failed", 7, 0),
    ("given up", 8, 3),
    ("kept", 6, 7),
    (TO, 30, 8),
];

/// What is handed on to, the one column of text.
const TO: &str = "to";

/// The name is never narrower.
const NAME: u16 = 14;

pub(in crate::view) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    // Two lines of frame and one of heads.
    let wanted = model.hops.len() as u16 + 3;
    let below = area.height.saturating_sub(2);
    let pipeline = wanted.min((below * 3 / 5).max(5));
    let [top, hops, failures, logs, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(pipeline),
        Constraint::Fill(1),
        Constraint::Fill(1),
        Constraint::Length(1),
    ])
    .areas(area);
    frame.render_widget(title(model), top);
    draw_hops(model, frame, hops);
    lines(frame, failures, "failures", &model.failures);
    lines(frame, logs, "log", &model.logs);
    let help = if model.paused {
        "q end   p go on   ↑↓ scroll"
    } else {
        "q end   p pause   ↑↓ scroll"
    };
    frame.render_widget(Paragraph::new(Line::styled(help, DIM)), keys);
}

fn title(model: &Model) -> Paragraph<'static> {
    let seconds = model.elapsed.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut spans = vec![
        Span::styled(model.title.clone(), BOLD),
        Span::raw(format!("  {hours:02}:{minutes:02}:{:02}", seconds % 60)),
    ];
    if model.paused {
        spans.push(Span::styled("  paused: everything goes on but the picture", WARNING));
    }
    Paragraph::new(Line::from(spans))
}

fn draw_hops(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let room = area.height.saturating_sub(3) as usize;
    // Nothing is scrolled away to leave room empty.
    let above = model.above.min(model.hops.len().saturating_sub(room));
    let shown: Vec<&Row> = model.hops.iter().skip(above).take(room).collect();
    let hidden = model.hops.len() - shown.len();
    let columns = columns(area.width, &model.hops);
    let head = std::iter::once(Cell::new("hop")).chain(columns.iter().map(|(name, ..)| {
        if *name == TO { Cell::new(TO) } else { right((*name).to_owned(), DIM) }
    }));
    let rows = shown.iter().map(|row| {
        let name = Line::from(vec![
            Span::styled(row.name.clone(), if row.of.is_some() { Style::new() } else { BOLD }),
            Span::styled(format!("  {}", row.kind), DIM),
        ]);
        let cells = columns.iter().map(|(column, ..)| cell(row, column));
        TableRow::new(std::iter::once(Cell::new(name)).chain(cells))
    });
    let widths = std::iter::once(Constraint::Min(NAME))
        .chain(columns.iter().map(|(_, width, _)| Constraint::Length(*width)));
    let title = match hidden {
        0 => " pipeline ".to_owned(),
        hidden => format!(" pipeline, {hidden} more "),
    };
    let table = Table::new(rows, widths)
        .header(TableRow::new(head).style(DIM))
        .block(Block::new().borders(Borders::ALL).title(title));
    frame.render_widget(table, area);
}

/// The columns that there is room for beside whole names.
fn columns(width: u16, rows: &[Row]) -> Vec<Column> {
    let name = rows.iter().map(|row| row.name.chars().count() + 2 + row.kind.len()).max();
    let name = (name.unwrap_or_default() as u16).max(NAME);
    let mut columns = COLUMNS.to_vec();
    loop {
        // Two of frame, and one between each two.
        let wanted = 2 + name + columns.iter().map(|(_, width, _)| width + 1).sum::<u16>();
        let last = columns.iter().map(|(.., rank)| *rank).max().unwrap_or_default();
        if wanted <= width || last == 0 {
            return columns;
        }
        columns.retain(|(.., rank)| *rank != last);
    }
}

fn cell(row: &Row, column: &str) -> Cell<'static> {
    let bad = |number: u64| right(text::number(number), if number > 0 { BAD } else { DIM });
    let took =
        |took: Option<Duration>| right(took.map(text::took).unwrap_or_default(), Style::new());
    match (column, row.of) {
        (TO, _) => Cell::new(Span::styled(row.to.clone(), DIM)),
        _ if row.kind == "table" => Cell::new(""),
        ("total", _) => right(text::number(row.count.number), Style::new()),
        ("/s", _) => right(text::rate(row.rate), if row.rate > 0.0 { Style::new() } else { DIM }),
        ("p50", _) => took(row.p50),
        ("p99", _) => took(row.p99),
        ("lag", Some(of)) => {
            let style = if of.lag > 0 { WARNING } else { DIM };
            right(text::number(of.lag as u64), style)
        }
        ("running", Some(of)) => right(text::number(of.running as u64), Style::new()),
        ("failed", Some(_)) => bad(row.count.failed + row.count.refused),
        ("given up", Some(_)) => bad(row.count.given_up),
        ("kept", Some(of)) => bad(of.kept as u64),
        _ => Cell::new(""),
    }
}

fn right(text: String, style: Style) -> Cell<'static> {
    Cell::new(Line::styled(text, style).alignment(Alignment::Right))
}

/// The last lines that there is room for, the newest at the bottom.
fn lines(frame: &mut Frame<'_>, area: Rect, title: &str, said: &VecDeque<Said>) {
    let block = Block::new().borders(Borders::TOP).title(format!(" {title} "));
    let room = block.inner(area).height as usize;
    let width = said.iter().rev().take(room).map(|it| it.part.chars().count()).max();
    let width = width.unwrap_or_default().min(area.width as usize / 3);
    let last = said.iter().skip(said.len().saturating_sub(room));
    let lines: Vec<Line<'_>> = last
        .map(|Said { at, part, level, text }| {
            let style = match level.as_str() {
                "ERROR" => BAD,
                "WARN" => WARNING,
                _ => Style::new(),
            };
            Line::from(vec![
                Span::styled(format!("{at}  "), DIM),
                Span::raw(format!("{part:width$}  ")),
                Span::styled(text.as_str(), style),
            ])
        })
        .collect();
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

#[cfg(test)]
mod tests;
