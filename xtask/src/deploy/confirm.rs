//! Asking before something is changed.

use std::io::{self, BufRead, IsTerminal, Write};

use super::{Plan, show};
use crate::diagnostic::{Diagnostic, Result};

/// What was agreed to on the command line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agreed {
    /// To the changes.
    pub(super) yes: bool,
    /// To losing data.
    pub(super) data_loss: bool,
}

/// Asks whatever was not agreed to yet; false if the answer is no.
///
/// # Errors
///
/// There is nobody to ask.
pub(super) fn ask(plan: &Plan, stage: &str, agreed: Agreed) -> Result<bool> {
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    ask_on(plan, stage, agreed, terminal.then(|| io::stdin().lock()), io::stderr())
}

fn ask_on(
    plan: &Plan,
    stage: &str,
    agreed: Agreed,
    person: Option<impl BufRead>,
    mut out: impl Write,
) -> Result<bool> {
    let losses: Vec<_> = plan.losses().collect();
    let loses = !losses.is_empty() && !agreed.data_loss;
    let Some(mut person) = person else {
        if loses {
            let (change, what) = losses[0];
            let name = change.name.as_deref().unwrap_or(&change.address);
            let more = match losses.len() {
                1 => String::new(),
                several => format!(", and {} more", several - 1),
            };
            let message =
                format!("data would be lost ({what} of `{name}`{more}), and nobody can be asked");
            return Err(Diagnostic::new(message)
                .help("pass `--allow-data-loss` if that is meant, besides `-y`")
                .into());
        }
        if agreed.yes {
            return Ok(true);
        }
        let message = format!("there is no terminal to ask on: {}", show::sum(plan));
        return Err(Diagnostic::new(message).help("pass `-y` if the plan is what you want").into());
    };
    if agreed.yes && !loses {
        return Ok(true);
    }
    // Who types the name has seen which stage it is.
    let question = match loses {
        true => format!("Data is lost. Type the name of the stage, {stage}, to go on: "),
        false => "Make these changes? [y/N] ".to_owned(),
    };
    let mut answer = String::new();
    let asked = write!(out, "{question}").and_then(|()| out.flush());
    let asked = asked.and_then(|()| person.read_line(&mut answer));
    asked.map_err(|error| Diagnostic::new(format!("cannot ask: {error}")))?;
    let answer = answer.trim();
    let is_yes = ["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes));
    Ok(if loses { answer == stage } else { is_yes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::{Action, Change};

    fn plan(kind: &str) -> Plan {
        let change = Change {
            address: format!("{kind}.x"),
            kind: kind.into(),
            name: Some("dev-X".into()),
            action: Action::Destroy,
            attributes: Vec::new(),
            loses_besides: None,
            at: None,
        };
        Plan { changes: vec![change], ..Plan::default() }
    }

    fn asked(kind: &str, yes: bool, data_loss: bool, answer: Option<&str>) -> Result<bool> {
        ask_on(&plan(kind), "dev", Agreed { yes, data_loss }, answer.map(str::as_bytes), Vec::new())
    }

    const HARMLESS: &str = "aws_iam_role";
    const TABLE: &str = "aws_dynamodb_table";

    #[test]
    fn nobody_is_asked_where_nobody_is() {
        assert_eq!(asked(HARMLESS, true, false, None), Ok(true));
        let refused = asked(HARMLESS, false, false, None).unwrap_err().0[0].to_string();
        assert!(refused.contains("1 to destroy") && refused.contains("`-y`"), "{refused}");
    }

    #[test]
    fn agreeing_is_not_agreeing_to_a_loss() {
        let refused = asked(TABLE, true, false, None).unwrap_err().0[0].to_string();
        assert!(refused.contains("its items of `dev-X`"), "{refused}");
        assert!(refused.contains("--allow-data-loss"), "{refused}");
        assert_eq!(asked(TABLE, true, true, None), Ok(true));
        assert_eq!(asked(TABLE, true, false, Some("y\n")), Ok(false));
        assert_eq!(asked(TABLE, true, false, Some("dev\n")), Ok(true));
        assert!(asked(TABLE, false, true, None).is_err());
    }

    #[test]
    fn only_yes_is_yes() {
        for (answer, meant) in
            [("y\n", true), ("Yes\n", true), ("\n", false), ("", false), ("no", false)]
        {
            assert_eq!(asked(HARMLESS, false, false, Some(answer)), Ok(meant), "{answer:?}");
        }
    }
}
