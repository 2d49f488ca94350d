//! An SNS topic.

use esteira::manifest::{self, Kind};
use serde::Deserialize;
use toml::Spanned;

use super::{Declaration, Id, Index, KmsKey, Logical, Node, index::Entry};
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

impl Topic {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Topic")
    }

    pub(crate) fn new(
        entry: Entry<'_, manifest::Topic>,
        index: &Index<'_>,
        stage: &Stage,
    ) -> Result<Self> {
        let Entry { item, declared } = entry;
        let node = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        let node = existing::by_arn(node, item, declared.existing, &ARN, stage)?;
        let kms_key = index.key(declared.kms_key.as_deref(), entry.place())?;
        let emails =
            if node.is_created() { addresses(&stage.settings(item)?)? } else { Vec::new() };
        Ok(Self { node, kms_key, emails })
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

/// The addresses of a topic, each of which looks like one and is there once.
fn addresses(settings: &Settings<InStage>) -> Result<Vec<String>> {
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
