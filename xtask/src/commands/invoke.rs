//! `invoke`: calls the function of one handler with an event.

use std::{
    fs,
    io::{self, Read},
    process::ExitCode,
};

use anstyle::{AnsiColor, Style};
use clap::Args;
use esteira_manifest::{Handler, Kind, Manifest};
use serde_json::{Value, json};

use super::deployed::Deployed;
use crate::{
    aws::Access,
    cli::Options,
    diagnostic::{Diagnostic, Failure, Result},
    graph::{self, Function},
    invocation::{Invocation, Outcome},
    logs::{Entry, Painter},
    report::Report,
    sample,
};

/// Call the function of a handler with an event; exit with 1 if it fails
#[derive(Debug, Args)]
pub(crate) struct Invoke {
    /// The handler
    #[arg(value_name = "HANDLER")]
    handler: String,
    /// The event, or the records of a stream as a list: a file, - for stdin, or `sample` for one
    /// made from the types
    #[arg(long, value_name = "FILE|-|sample")]
    event: String,
    /// Only print the event, to edit it and give it back
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    access: Access,
}

impl Invoke {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        // What is typed is read before anything takes time.
        let given = self.given()?;
        let deployed = Deployed::load(options, report)?;
        let functions = deployed.functions(std::slice::from_ref(&self.handler))?;
        let [(_, function)] = functions[..] else {
            return Err(Diagnostic::new(format!("several handlers are called `{}`", self.handler))
                .help("rename one of them")
                .into());
        };
        let handler = declared(&deployed.manifest, function)?;
        let event = given.unwrap_or_else(|| sample::of(handler, &deployed.manifest));
        if self.print {
            report.data(format_args!("{event:#}"));
            report.json(&event);
            return Ok(ExitCode::SUCCESS);
        }
        let aws = deployed.aws(&self.access)?;
        let event = sample::deliver(&handler.trigger, event, &stream(&deployed, function))?;
        report.status("Invoking", format_args!("{} in {}", function.node.name, aws.region()));
        let invocation = Invocation::call(&aws, function, &event).map_err(|refusal| {
            if refusal.is_not_found() {
                let name = &function.node.name;
                Failure::from(deployed.missing(&format!("function `{name}`")))
            } else {
                refusal.into()
            }
        })?;
        self.show(&invocation, report);
        Ok(match invocation.outcome {
            Outcome::Answered => ExitCode::SUCCESS,
            Outcome::Failed(_) | Outcome::Partly(_) => ExitCode::FAILURE,
        })
    }

    /// The event that is given; none if a sample is asked for.
    fn given(&self) -> Result<Option<Value>> {
        let (name, read) = match self.event.as_str() {
            "sample" => return Ok(None),
            "-" => {
                let mut text = Vec::new();
                ("stdin", io::stdin().read_to_end(&mut text).map(|_| text))
            }
            file => (file, fs::read(file)),
        };
        let text = read.map_err(|error| {
            Diagnostic::new(format!("cannot read {name}: {error}"))
                .help("name a file, `-` for stdin, or `sample` for an event made from the types")
        })?;
        let event = serde_json::from_slice(&text)
            .map_err(|error| Diagnostic::new(format!("{name} is no JSON: {error}")))?;
        Ok(Some(event))
    }

    /// The answer is data; what the function logged and failed at is told beside it.
    fn show(&self, invocation: &Invocation, report: &Report) {
        let painter = Painter::new(&[], report.verbose);
        if !report.quiet {
            for line in invocation.log.lines() {
                if let Some(text) = painter.entry(&Entry::read(line)) {
                    anstream::eprintln!("{text}");
                }
            }
        }
        let (red, bold) = (AnsiColor::Red.on_default().bold(), Style::new().bold());
        match &invocation.outcome {
            Outcome::Answered => {}
            Outcome::Failed(message) => {
                anstream::eprintln!("{red}failed{red:#}{bold}: {message}{bold:#}");
            }
            Outcome::Partly(records) => {
                let records = records.join(", ");
                anstream::eprintln!(
                    "{red}failed{red:#}{bold}: from record {records} on nothing is complete{bold:#}"
                );
            }
        }
        report.data(format_args!("{:#}", invocation.answer));
        report.json(&json!({
            "handler": self.handler,
            "function": invocation.function,
            "failed": invocation.outcome != Outcome::Answered,
            "error": match &invocation.outcome {
                Outcome::Failed(message) => Value::from(message.as_str()),
                _ => Value::Null,
            },
            "answer": invocation.answer,
            "log": invocation.log.lines().collect::<Vec<_>>(),
        }));
    }
}

/// What the manifest says of a function's handler.
fn declared<'m>(manifest: &'m Manifest, function: &Function) -> Result<&'m Handler> {
    let item = manifest.items.iter().find(|item| item.id == function.node.id);
    match item.map(|item| &item.kind) {
        Some(Kind::Handler(handler)) => Ok(handler),
        _ => Err(Diagnostic::new(format!("`{}` is no handler", function.node.id)).into()),
    }
}

/// The ARN of the stream of a function, which is in every record. The account is only known if
/// the stage says it.
fn stream(deployed: &Deployed, function: &Function) -> String {
    let graph::Trigger::Mapping(mapping) = function.trigger else { return String::new() };
    let node = &deployed.graph.streams[deployed.graph.mappings[mapping].stream].node;
    let account = deployed.graph.account.as_deref().unwrap_or("123456789012");
    let region = deployed.graph.region.as_deref().unwrap_or("us-east-1");
    let own = || format!("arn:aws:kinesis:{region}:{account}:stream/{}", node.name);
    node.existing.clone().unwrap_or_else(own)
}
