//! That AWS was gone in the middle of a run: one cause, of which every request then tells anew.

use super::run::{Ended, Problem};
use crate::diagnostic::Diagnostic;

/// Why nothing went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CutOff {
    /// Requests arrive, or seem to, and are not answered.
    Unanswered,
    /// No connection is made, or none holds; what was said of the first.
    Unreachable(String),
    /// The credentials have expired.
    Expired,
}

/// How services say that credentials have expired.
const EXPIRED: [&str; 3] =
    ["ExpiredToken", "RequestExpired", "token included in the request is expired"];

/// How the provider's SDK says that a request did not get through.
const UNSENT: [&str; 2] = ["request send failed, ", "dial tcp"];

/// How it says that a connection broke off in the middle of an answer.
const BROKEN: [&str; 2] = ["unexpected EOF", "connection reset by peer"];

const AGAIN: &str = "run this again: it goes on where it stopped";

impl CutOff {
    /// What cut off a run that failed, if something did.
    pub(super) fn find(ended: &Ended) -> Option<Self> {
        if ended.unanswered {
            return Some(Self::Unanswered);
        }
        let texts = || {
            let errors = ended.errors.iter().map(Problem::text);
            errors.chain((!ended.success).then(|| ended.said.clone()))
        };
        if texts().any(|text| has(&text, &EXPIRED)) {
            return Some(Self::Expired);
        }
        let unsent = texts().find_map(|text| {
            let (_, rest) = text.split_once(UNSENT.iter().find(|it| text.contains(**it))?)?;
            Some(rest.split_whitespace().collect::<Vec<_>>().join(" "))
        });
        let broken =
            || texts().any(|text| has(&text, &BROKEN)).then(|| "the connection broke".into());
        unsent.or_else(broken).map(Self::Unreachable)
    }

    /// Whether an error tells of nothing else.
    pub(super) fn explains(&self, problem: &Problem) -> bool {
        let text = problem.text();
        is_recording(problem)
            || match self {
                Self::Unanswered => has(&text, &["cancel", "interrupted", "halted"]),
                Self::Unreachable(_) => has(&text, &UNSENT) || has(&text, &BROKEN),
                Self::Expired => has(&text, &EXPIRED),
            }
    }

    /// What the user is told.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Unanswered => Diagnostic::new("AWS does not answer any more")
                .help(format!("look at the network and its proxy, and {AGAIN}")),
            Self::Unreachable(said) => {
                let said = said.trim_end_matches(['.', ':']);
                Diagnostic::new(format!("AWS cannot be reached any more: {said}"))
                    .help(format!("look at the network and its proxy, and {AGAIN}"))
            }
            Self::Expired => Diagnostic::new("the AWS credentials expired meanwhile")
                .help(format!("get new ones (`aws sso login`), and {AGAIN}")),
        }
    }
}

/// Whether an error is that what was done could not be recorded, or the state not be unlocked.
pub(super) fn is_recording(problem: &Problem) -> bool {
    let sayings = ["Failed to save state", "Failed to persist state", "releasing the state lock"];
    has(&problem.summary, &sayings)
}

fn has(text: &str, sayings: &[&str]) -> bool {
    // Lines are broken anywhere.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    sayings.iter().any(|saying| text.contains(saying.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(problems: &[(&str, &str)]) -> Ended {
        let problem = |(summary, detail): &(&str, &str)| Problem {
            summary: (*summary).into(),
            detail: (*detail).into(),
            ..Problem::default()
        };
        Ended { errors: problems.iter().map(problem).collect(), ..Ended::default() }
    }

    #[test]
    fn a_lost_connection_is_told_once() {
        let ended = ended(&[
            (
                "waiting for Kinesis Stream (dev-Slow) create: operation error Kinesis: \
                 DescribeStreamSummary, exceeded maximum number of attempts, 5, https response \
                 error StatusCode: 0, RequestID: , request send failed, Post \
                 \"https://kinesis.sa-east-1.amazonaws.com/\": EOF",
                "",
            ),
            ("Failed to save state", "Error saving state: request send failed, Head \"x\": EOF"),
            ("Error releasing the state lock", "Error message: whatever"),
            ("listing tags for x: https response error, decomposing response: unexpected EOF", ""),
            ("creating SQS Queue (dev-X): InvalidAttributeValue: x", ""),
        ]);
        let cut = CutOff::find(&ended).unwrap();
        let told = cut.diagnostic().to_string();
        let first = "error: AWS cannot be reached any more: Post \
                     \"https://kinesis.sa-east-1.amazonaws.com/\": EOF\n";
        assert!(told.starts_with(first), "{told}");
        let explained: Vec<_> = ended.errors.iter().map(|it| cut.explains(it)).collect();
        assert_eq!(explained, [true, true, true, true, false]);
    }

    #[test]
    fn every_service_says_it_its_own_way_that_credentials_expired() {
        for said in [
            "api error ExpiredTokenException: The security token included in the request is expired",
            "api error ExpiredToken: The provided token has expired.",
            "api error RequestExpired: Request has expired.",
            "the security token included in the\nrequest is expired",
        ] {
            let ended = ended(&[(said, "")]);
            assert_eq!(CutOff::find(&ended), Some(CutOff::Expired), "{said}");
        }
        assert_eq!(CutOff::find(&ended(&[("creating x: AccessDenied: no", "")])), None);
    }

    #[test]
    fn what_was_said_before_any_message_counts_too() {
        let said = "Error: dial tcp: lookup s3.amazonaws.com: no such host".to_owned();
        let ended = Ended { said, ..Ended::default() };
        let told = CutOff::find(&ended).unwrap().diagnostic().to_string();
        assert!(told.contains("lookup s3.amazonaws.com: no such host"), "{told}");
    }
}
