//! Why Terraform failed, as the user is told.

use super::{
    cut_off::CutOff,
    places::Places,
    run::{Ended, Problem},
};
use crate::{
    aws::Denial,
    diagnostic::{Diagnostic, Failure},
};

/// Everything that went wrong in a run.
pub(super) fn explain(ended: &Ended, places: &Places) -> Failure {
    let cut = CutOff::find(ended);
    if ended.errors.is_empty() && cut.is_none() {
        // It says so before it knows that it was to write messages, or it was killed.
        let said = plain(&ended.said);
        let said = if said.is_empty() { "it was ended from outside".to_owned() } else { said };
        return Diagnostic::new(format!("Terraform failed: {said}")).into();
    }
    let mut mistakes: Vec<_> = cut.iter().map(CutOff::diagnostic).collect();
    let explained = |it: &Problem| cut.as_ref().is_some_and(|cut| cut.explains(it));
    for problem in ended.errors.iter().filter(|it| !explained(it)) {
        let mistake = diagnostic(problem, places);
        if !mistakes.contains(&mistake) {
            mistakes.push(mistake);
        }
    }
    Failure(mistakes)
}

fn diagnostic(problem: &Problem, places: &Places) -> Diagnostic {
    let Problem { summary, detail, address, .. } = problem;
    let text = problem.text();
    let mut mistake = if let Some(denial) = Denial::find(&text) {
        let on = denial.resource.as_ref().map(|it| format!(" on `{it}`")).unwrap_or_default();
        let by = address.as_ref().map(|it| format!(", which `{it}` takes")).unwrap_or_default();
        Diagnostic::new(format!("AWS denies `{}`{on}{by}", denial.action))
            .help(format!("{}; {AGAIN}", denial.help()))
    } else if summary == "Instance cannot be destroyed" {
        let what = detail.split_whitespace().find(|word| word.contains('.')).unwrap_or("it");
        let mistake =
            Diagnostic::new(format!("`{what}` would be destroyed, and this stage keeps it"));
        let place = places.of(what);
        let mistake = place.into_iter().fold(mistake, |it, at| it.at(at, "declared here"));
        mistake.help(
            "take the change back, or say `removal_policy = \"destroy\"` in the stage file and \
             deploy that first",
        )
    } else if exists(problem) {
        Diagnostic::new(one_line(&text)).help(
            "if an earlier deploy of this stage made it, whose state is not here, `--adopt` takes \
             it over; if not, choose another name",
        )
    } else {
        Diagnostic::new(one_line(&text))
    };
    if let Some(place) =
        address.as_ref().and_then(|it| places.of(it)).filter(|_| mistake.places.is_empty())
    {
        mistake = mistake.at(place, "declared here");
    }
    mistake
}

const AGAIN: &str = "then run this again: it goes on where it stopped";

/// Whether a resource could not be made because its like is there already. Each service has a
/// name of its own for that.
pub(super) fn exists(problem: &Problem) -> bool {
    const SAYINGS: [&str; 9] = [
        "already exist",
        "AlreadyExists",
        "AlreadyOwnedByYou",
        "ResourceInUseException",
        "ResourceConflictException",
        "ResourceExistsException",
        "InvalidGroup.Duplicate",
        "EntityAlreadyExists",
        "Already Exists",
    ];
    let text = problem.text();
    problem.address.is_some() && SAYINGS.iter().any(|saying| text.contains(saying))
}

/// Somebody else's hold on the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) id: String,
    /// `user@host`.
    pub(super) who: String,
    created: String,
}

impl Held {
    /// The lock that an error tells of.
    pub(super) fn find(ended: &Ended) -> Option<Self> {
        let mut texts = ended.errors.iter().map(Problem::text).chain([plain(&ended.said)]);
        let text = texts.find(|text| text.contains("acquiring the state lock"))?;
        // Before it stands what the service said, which has ids of its own.
        let (_, lock) = text.split_once("Lock Info:")?;
        let field = |name: &str| {
            let mut values = lock.lines().filter_map(|line| line.trim().strip_prefix(name));
            values.next().map(|value| value.trim().to_owned())
        };
        Some(Self { id: field("ID:")?, who: field("Who:")?, created: field("Created:")? })
    }

    /// What the user is told of it.
    pub(super) fn diagnostic(&self, program: &str, folder: &str) -> Diagnostic {
        let Self { id, who, created } = self;
        Diagnostic::new(format!("the state of this stage is locked by {who} since {created}")).help(
            format!(
                "wait until that deploy ends. If it was killed, so that nothing holds the lock any \
                 more: {program} -chdir={folder} force-unlock {id}"
            ),
        )
    }
}

/// What Terraform says to people, without its frame.
fn plain(said: &str) -> String {
    let said = anstream::adapter::strip_str(said).to_string();
    let lines = said.lines().map(|line| line.trim_start_matches(['│', '╷', '╵', ' ']).trim_end());
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n").trim_start_matches("Error: ").to_owned()
}

fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(summary: &str, detail: &str, address: Option<&str>) -> Ended {
        let address = address.map(str::to_owned);
        let problem = Problem {
            summary: summary.into(),
            detail: detail.into(),
            address,
            ..Problem::default()
        };
        Ended { errors: vec![problem.clone(), problem], ..Ended::default() }
    }

    fn places() -> Places {
        let mut places = Places::default();
        places.read("# src/lib.rs:7\nresource \"aws_sqs_queue\" \"x\" {\n}\n");
        places
    }

    fn told(ended: &Ended) -> String {
        let Failure(mistakes) = explain(ended, &places());
        assert_eq!(mistakes.len(), 1, "the same twice is told once");
        mistakes[0].to_string()
    }

    #[test]
    fn a_denial_names_action_and_resource_and_how_to_go_on() {
        let told = told(&ended(
            "creating SQS Queue (dev-x): AccessDenied: User: arn:aws:iam::123456789012:user/ana is \
             not authorized to perform: sqs:createqueue on resource: arn:aws:sqs:x because no \
             identity-based policy allows the sqs:createqueue action",
            "",
            Some("aws_sqs_queue.x"),
        ));
        assert!(told.starts_with("error: AWS denies `sqs:createqueue` on `arn:aws:sqs:x`, which `aws_sqs_queue.x` takes\n  --> src/lib.rs:7: declared here\n"), "{told}");
        assert!(told.contains("run this again"), "{told}");
    }

    #[test]
    fn what_exists_is_told_from_other_failures() {
        let said = "creating Kinesis Stream (dev-X): ResourceInUseException: Stream dev-X";
        let ended = ended(said, "", Some("aws_sqs_queue.x"));
        assert!(exists(&ended.errors[0]));
        assert!(told(&ended).contains("--adopt"));
    }

    #[test]
    fn a_lock_tells_who_has_it() {
        let detail = "RequestID: 99, PreconditionFailed\nLock Info:\n  ID:        1234-5\n  Path:      b/k\n  Operation: OperationTypeApply\n  Who:       ana@host\n  Version:   1.11.4\n  Created:   2026-01-01 10:00:00 +0000 UTC\n  Info:      \n";
        let held = Held::find(&ended("Error acquiring the state lock", detail, None)).unwrap();
        assert_eq!((held.id.as_str(), held.who.as_str()), ("1234-5", "ana@host"));
        let told = held.diagnostic("terraform", "f").to_string();
        assert!(told.contains("terraform -chdir=f force-unlock 1234-5"), "{told}");
        assert_eq!(Held::find(&ended("Other", detail, None)), None);
    }

    #[test]
    fn what_stays_is_not_destroyed() {
        let told = told(&ended(
            "Instance cannot be destroyed",
            "Resource aws_sqs_queue.x has lifecycle.prevent_destroy set",
            None,
        ));
        assert!(told.contains("`aws_sqs_queue.x` would be destroyed"), "{told}");
        assert!(told.contains("src/lib.rs:7"), "{told}");
    }

    #[test]
    fn a_failure_without_messages_tells_what_was_said() {
        let said = "╷\n\u{1b}[31m│\u{1b}[0m Error: Invalid x\n│ \n│ because\n╵\n".to_owned();
        assert_eq!(
            told(&Ended { said, ..Ended::default() }),
            "error: Terraform failed: Invalid x\nbecause"
        );
    }
}
