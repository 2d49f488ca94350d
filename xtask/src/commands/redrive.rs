//! `redrive`: sends what a handler gave up to it once more.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    process::ExitCode,
};

use clap::Args;
use serde_json::{Value, json};

use super::deployed::Deployed;
use crate::{
    aws::Access,
    cli::Options,
    diagnostic::{Diagnostic, Failure, Result},
    graph::Function,
    redrive::{self, Kept, Pile, Place, Sent},
    report::Report,
};

mod local;

/// Send what handlers gave up to them once more; exit with 1 if something is given up again
#[derive(Debug, Args)]
pub(crate) struct Redrive {
    /// Only these handlers
    #[arg(value_name = "HANDLER")]
    handlers: Vec<String>,
    /// Of the stage that `dev` runs on this machine
    #[arg(long, conflicts_with_all = ["dry_run", "region", "profile"])]
    local: bool,
    /// Only say what would be sent
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    access: Access,
}

impl Redrive {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        if self.local {
            return local::redrive(&self.handlers, options, report);
        }
        let deployed = Deployed::load(options, report)?;
        let functions = deployed.functions(&self.handlers)?;
        let functions: Vec<&Function> =
            functions.into_iter().map(|(_, function)| function).collect();
        let aws = deployed.aws(&self.access)?;
        let identity = aws.identity()?;
        let piles = redrive::find(&aws, &identity, &deployed.graph, &functions)?;
        let piles = there(piles, &functions, &deployed, report)?;
        report.data(table(&piles));
        let number: usize = piles.iter().map(Pile::number).sum();
        let goes_on = number > 0 && !self.dry_run && agreed(number, &options.stage, options.yes)?;
        if !goes_on {
            report.json(&as_json(&deployed, &piles, &[]));
            return Ok(ExitCode::SUCCESS);
        }
        let mut all = Vec::new();
        for pile in piles.iter().filter(|pile| pile.number() > 0) {
            let handler = &pile.function.handler;
            report.status("Sending", format_args!("what `{handler}` gave up"));
            let sent = pile.send(&aws)?;
            for Kept { what, why } in &sent.kept {
                report.warning(&Diagnostic::new(format!("`{handler}`: {what} {why}; it is kept")));
            }
            report.status("Sent", format_args!("{} to `{handler}`", counted(pile, sent.sent)));
            all.push((handler.as_str(), sent));
        }
        report.json(&as_json(&deployed, &piles, &all));
        let complete = all.iter().all(|(_, sent)| sent.kept.is_empty());
        Ok(if complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The piles of what is deployed. That some handlers are not keeps nothing from being sent to the
/// others.
fn there<'g>(
    piles: Vec<Result<Pile<'g>, crate::aws::Refusal>>,
    functions: &[&Function],
    deployed: &Deployed,
    report: &Report,
) -> Result<Vec<Pile<'g>>> {
    let mut there = Vec::new();
    let mut missing = Vec::new();
    for (pile, function) in piles.into_iter().zip(functions) {
        match pile {
            Ok(pile) => there.push(pile),
            Err(refusal) if refusal.is_not_found() => {
                let what = format!("the place for what `{}` gives up", function.handler);
                missing.push(deployed.missing(&what));
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    if there.is_empty() {
        missing.truncate(1);
        return Err(Failure(missing));
    }
    missing.iter().for_each(|diagnostic| report.warning(diagnostic));
    Ok(there)
}

/// What lies there, a line a handler that has something.
fn table(piles: &[Pile<'_>]) -> String {
    let some: Vec<_> = piles.iter().filter(|pile| pile.number() > 0).collect();
    let width = some.iter().map(|pile| pile.function.handler.chars().count()).max().unwrap_or(0);
    let lines = some.iter().map(|pile| {
        let what = counted(pile, pile.number());
        format!("{:width$}  {what}  {}", pile.function.handler, lies(pile))
    });
    match lines.collect::<Vec<_>>() {
        lines if lines.is_empty() => "nothing was given up".into(),
        lines => lines.join("\n"),
    }
}

fn counted(pile: &Pile<'_>, number: usize) -> String {
    let noun = match pile.place {
        Place::Records(_) => "object of records",
        Place::Messages(_) => "event",
    };
    match (noun, number) {
        (noun, 1) => format!("1 {noun}"),
        ("event", number) => format!("{number} events"),
        (_, number) => format!("{number} objects of records"),
    }
}

fn lies(pile: &Pile<'_>) -> String {
    match &pile.place {
        Place::Records(records) => format!("s3://{}", records.bucket),
        Place::Messages(messages) => messages.queue.clone(),
    }
}

fn as_json(deployed: &Deployed, piles: &[Pile<'_>], all: &[(&str, Sent)]) -> Value {
    let pile = |pile: &Pile<'_>| {
        let handler = pile.function.handler.as_str();
        let sent = all.iter().find(|(name, _)| *name == handler).map(|(_, sent)| sent);
        let kept = sent.into_iter().flat_map(|sent| &sent.kept);
        json!({
            "handler": handler,
            "found": pile.number(),
            "place": lies(pile),
            "sent": sent.map_or(0, |sent| sent.sent),
            "kept": kept.map(|it| json!({ "id": it.what, "why": it.why })).collect::<Vec<_>>(),
        })
    };
    json!({
        "app": deployed.app.name(), "stage": deployed.graph.stage,
        "handlers": piles.iter().map(pile).collect::<Vec<_>>(),
    })
}

/// Asks, unless the command line has answered.
fn agreed(number: usize, stage: &str, yes: bool) -> Result<bool> {
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    ask(number, stage, yes, terminal.then(|| io::stdin().lock()), io::stderr())
}

fn ask(
    number: usize,
    stage: &str,
    yes: bool,
    person: Option<impl BufRead>,
    mut out: impl Write,
) -> Result<bool> {
    if yes {
        return Ok(true);
    }
    let Some(mut person) = person else {
        let message = format!("there is no terminal to ask on: {number} would be sent again");
        return Err(Diagnostic::new(message)
            .help("pass `-y` if that is what you want, or `--dry-run` to look")
            .into());
    };
    let mut answer = String::new();
    let asked = write!(out, "Send them to the handlers of stage {stage} again? [y/N] ")
        .and_then(|()| out.flush())
        .and_then(|()| person.read_line(&mut answer));
    asked.map_err(|error| Diagnostic::new(format!("cannot ask: {error}")))?;
    Ok(["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixture, graph::Graph, redrive::Records, stage::Stage};

    fn asked(yes: bool, answer: Option<&str>) -> Result<bool> {
        ask(3, "prod", yes, answer.map(str::as_bytes), Vec::new())
    }

    #[test]
    fn nothing_is_sent_that_nobody_agreed_to() {
        assert_eq!(asked(true, None), Ok(true));
        assert_eq!(asked(false, Some("Yes\n")), Ok(true));
        assert_eq!(asked(false, Some("\n")), Ok(false));
        let refused = asked(false, None).unwrap_err().0[0].to_string();
        assert!(refused.contains("`-y`") && refused.contains("`--dry-run`"), "{refused}");
    }

    #[test]
    fn what_lies_there_is_told_by_handler() {
        let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
        let function = graph.functions.iter().find(|it| it.handler == "processar_pedido").unwrap();
        let pile = |keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            Pile { function, place: Place::Records(Records { bucket: "b".into(), keys }) }
        };
        assert_eq!(table(&[pile(&[])]), "nothing was given up");
        assert_eq!(table(&[pile(&["k"])]), "processar_pedido  1 object of records  s3://b");
        let two = "processar_pedido  2 objects of records  s3://b";
        assert_eq!(table(&[pile(&["k", "l"])]), two);
    }
}
