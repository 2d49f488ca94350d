//! An SNS topic.

use esteira_manifest::{self as manifest, Item, Kind};
use serde::Deserialize;
use toml::Spanned;

use super::{Declaration, Id, Index, KmsKey, Logical, Node, index::Entry, place};
use crate::{
    diagnostic::{Failure, Result},
    stage::{
        Settings, Stage,
        existing::{self, ArnShape},
    },
};

/// Those that are first in, first out end in `.fifo`. A subscription's ARN goes on after the name.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html>
const ARN: ArnShape = ArnShape { noun: "a topic", service: "sns", before: "", signs: "_-." };

/// An SNS topic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Topic {
    pub(crate) node: Node,
    /// Ordered within a group and without repetitions.
    pub(crate) fifo: bool,
    /// None for the key that SNS has in every account.
    pub(crate) kms_key: Option<Id<KmsKey>>,
    /// The addresses that its messages are mailed to, once their owners have agreed.
    pub(crate) emails: Vec<String>,
}

/// The settings of a topic in a stage.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a topic")]
struct InStage {
    emails: Vec<Spanned<String>>,
}

impl Declaration for manifest::Topic {
    type Node = Topic;
    const NOUN: &'static str = "a topic";
    const ATTRIBUTE: &'static str = "#[derive(Topic)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Topic(topic) = kind { Some(topic) } else { None }
    }
}

/// What the name of a FIFO topic ends with, and no other's.
/// <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>
const FIFO: &str = ".fifo";

impl Topic {
    /// The name of a topic in AWS.
    pub(crate) fn name(declared: &manifest::Topic, stage: &Stage) -> String {
        stage.physical_name(&declared.name) + if declared.fifo { FIFO } else { "" }
    }

    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Topic")
    }

    pub(crate) fn new(
        entry: Entry<'_, manifest::Topic>,
        index: &Index<'_>,
        stage: &Stage,
    ) -> Result<Self> {
        let Entry { item, declared } = entry;
        let manifest::Topic { fifo, existing, .. } = *declared;
        let node = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        let node = Node { name: Self::name(declared, stage), ..node };
        let node = existing::by_arn_unless(node, item, existing, &ARN, stage, |arn| {
            mistaken_type(item.name(), fifo, arn)
        })?;
        let kms_key = index.key(declared.kms_key.as_deref(), entry.place())?;
        let emails = if node.is_created() {
            addresses(item, fifo, &stage.settings(item)?)?
        } else {
            Vec::new()
        };
        Ok(Self { node, fifo, kms_key, emails })
    }

    /// The name of the subscription of an address: letters and digits only, and another one for
    /// every other address, so that it stays when one before it goes.
    pub(crate) fn subscription(&self, address: &str) -> Node {
        let letters: String = address
            .bytes()
            .map(|byte| match byte {
                // `Z` begins an escape.
                b'a'..=b'y' | b'z' | b'A'..=b'Y' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("Z{byte:02X}"),
            })
            .collect();
        let Logical { snake, camel } = &self.node.logical;
        let logical = Logical { snake: snake.clone(), camel: format!("{camel}Email{letters}") };
        Node { logical, name: address.to_owned(), ..self.node.clone() }
    }
}

/// What is wrong with the ARN of a topic of the other type, and what to write instead.
fn mistaken_type(name: &str, fifo: bool, arn: &str) -> Option<(String, String)> {
    match (fifo, arn.ends_with(FIFO)) {
        (true, false) => Some((
            format!("`{arn}` is a standard topic, and `{name}` is declared `fifo`"),
            "write the ARN of a FIFO topic, which ends in `.fifo`, or leave `fifo` out".into(),
        )),
        (false, true) => Some((
            format!("`{arn}` is a FIFO topic, and `{name}` is not declared so"),
            "declare it with `#[topic(existing, fifo)]`, or write the ARN of a standard topic"
                .into(),
        )),
        _ => None,
    }
}

/// The addresses of a topic, each of which looks like one and is there once. A FIFO topic has
/// none: <https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html>
fn addresses(item: &Item, fifo: bool, settings: &Settings<InStage>) -> Result<Vec<String>> {
    if let (true, Some(first)) = (fifo, settings.values.emails.first()) {
        return Err(settings
            .mistake("a FIFO topic sends no e-mail".to_owned(), first.span())
            .at(place(&item.at), "declared `fifo` here")
            .help("leave `emails` out: SNS delivers from a FIFO topic to SQS queues only")
            .into());
    }
    let mut addresses: Vec<&Spanned<String>> = Vec::new();
    let mut mistakes = Vec::new();
    for address in &settings.values.emails {
        let text = address.get_ref();
        if !is_address(text) {
            mistakes.push(
                settings
                    .mistake(format!("`{text}` is no e-mail address"), address.span())
                    .help("write it bare, as \"somebody@example.com\""),
            );
        } else if addresses.iter().any(|other| other.get_ref().eq_ignore_ascii_case(text)) {
            mistakes.push(
                settings
                    .mistake(format!("`{text}` is there already"), address.span())
                    .help("remove one of the two"),
            );
        } else {
            addresses.push(address);
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure(mistakes));
    }
    Ok(addresses.into_iter().map(|address| address.get_ref().clone()).collect())
}

/// Whether SNS could send to it: what is worth catching is a name, or a list, in its place.
fn is_address(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| c.is_ascii_graphic() && !"\"(),:;<>@[\\]".contains(c);
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    // RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3.
    (1..=64).contains(&user.len())
        && text.len() <= 254
        && user.chars().all(plain)
        && host.contains('.')
        && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_user_and_a_host() {
        for address in ["a@example.com", "maria.da-silva+loja@mail.example.com.br"] {
            assert!(is_address(address), "{address}");
        }
        for text in [
            "",
            "maria",
            "@example.com",
            "a@b",
            "a b@example.com",
            "a@x.com,b@x.com",
            "a@.com",
            "Maria <a@example.com>",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }
}
