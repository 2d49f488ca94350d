//! Resources that others made: the stage file says which they are.

use esteira_manifest::Item;
use serde::Deserialize;
use toml::Spanned;

use super::{
    Settings, Stage,
    place::{check_account, check_region},
};
use crate::{
    diagnostic::{Diagnostic, Failure, Place, Result},
    graph::{Node, place},
};

/// What the ARNs of one kind of resource look like.
pub(crate) struct ArnShape {
    /// What messages call the kind, with its article.
    pub(crate) noun: &'static str,
    pub(crate) service: &'static str,
    /// What stands before the name, such as `stream/`.
    pub(crate) before: &'static str,
    /// What the name may have besides ASCII letters and digits.
    pub(crate) signs: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the `arn` of an existing resource")]
struct Entry {
    arn: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an empty table")]
struct Nothing {}

/// The node as it is, or, if it is `existing`, as the one whose ARN the stage has.
///
/// # Errors
///
/// Those of [`named`].
pub(crate) fn by_arn(
    node: Node,
    item: &Item,
    existing: bool,
    shape: &ArnShape,
    stage: &Stage,
) -> Result<Node> {
    by_arn_unless(node, item, existing, shape, stage, |_| None)
}

/// As [`by_arn`], unless something else is wrong with the ARN: then `mistake` says what, and what
/// to write instead.
///
/// # Errors
///
/// Those of [`by_arn`], and that mistake.
pub(crate) fn by_arn_unless(
    node: Node,
    item: &Item,
    existing: bool,
    shape: &ArnShape,
    stage: &Stage,
    mistake: impl FnOnce(&str) -> Option<(String, String)>,
) -> Result<Node> {
    if !existing {
        return Ok(node);
    }
    let settings = stage.settings::<Entry>(item)?;
    let arn = settings.values.arn.as_ref();
    let node = named(node, item, shape, &settings, arn, stage)?;
    let Some((arn, (message, help))) = arn.and_then(|arn| Some((arn, mistake(arn.get_ref())?)))
    else {
        return Ok(node);
    };
    Err(settings.mistake(message, arn.span()).at(place(&item.at), "for this").help(help).into())
}

/// The node of the resource that an ARN among its settings names.
///
/// # Errors
///
/// The stage file does not say which resource it is, or names one of another kind, account or
/// region.
pub(crate) fn named<T>(
    node: Node,
    item: &Item,
    shape: &ArnShape,
    settings: &Settings<T>,
    arn: Option<&Spanned<String>>,
    stage: &Stage,
) -> Result<Node, Diagnostic> {
    let ArnShape { noun, service, before, .. } = shape;
    let Some(arn) = arn else {
        return Err(missing(item, stage, &format!("arn = \"arn:aws:{service}:…\"")));
    };
    let mistake = |message| settings.mistake(message, arn.span()).at(place(&item.at), "for this");
    let text = arn.get_ref();
    let Some(name) = shape.name_in(text) else {
        return Err(mistake(format!("`{text}` is no ARN of {noun}")).help(format!(
            "write it whole: \"arn:aws:{service}:REGION:ACCOUNT:{before}{}\"",
            if *service == "kms" { "ID" } else { "NAME" }
        )));
    };
    if let Some(message) = stage.elsewhere(text) {
        return Err(mistake(message).help("name one of the stage's own account and region"));
    }
    Ok(Node { name: name.to_owned(), existing: Some(text.clone()), ..node })
}

/// As [`by_arn`], for a kind of which the stage file has nothing to say where it is made here.
///
/// # Errors
///
/// Those of [`by_arn`], and a setting of what is made here.
pub(crate) fn only_by_arn(
    node: Node,
    item: &Item,
    existing: bool,
    shape: &ArnShape,
    stage: &Stage,
) -> Result<Node> {
    let node = by_arn(node, item, existing, shape, stage)?;
    if node.is_created() {
        stage.settings::<Nothing>(item)?;
    }
    Ok(node)
}

/// An id as `vpc-0123456789abcdef0`, or an old one, which has 8 digits.
///
/// # Errors
///
/// The setting is no id that begins with the prefix; `at` is what it is a setting of.
pub(crate) fn id<T>(
    settings: &Settings<T>,
    setting: &Spanned<String>,
    prefix: &str,
    at: Place,
) -> Result<String, Diagnostic> {
    let id = setting.get_ref();
    let valid = id.strip_prefix(prefix).is_some_and(|rest| {
        matches!(rest.len(), 8 | 17) && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    });
    if valid {
        return Ok(id.clone());
    }
    Err(settings
        .mistake(format!("`{id}` is no id of this kind"), setting.span())
        .at(at, "for this")
        .help(format!("write it as `{prefix}0123456789abcdef0`")))
}

/// An existing resource of which the stage file says too little; `example` is what to write.
pub(crate) fn missing(item: &Item, stage: &Stage, example: &str) -> Diagnostic {
    let name = item.name();
    Diagnostic::new(format!(
        "`{name}` is `existing`, and stage `{}` does not say which",
        stage.name
    ))
    .at(place(&item.at), "declared here")
    .help(format!("write in esteira.toml: [stage.{}.resources.{name}] {example}", stage.name))
}

impl ArnShape {
    /// The name in an ARN that has this shape.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    fn name_in<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let parts: Vec<_> = arn.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts.as_slice() else {
            return None;
        };
        let name = resource.strip_prefix(self.before)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || self.signs.contains(c);
        let whole = (*partition == "aws" || partition.starts_with("aws-"))
            && *service == self.service
            && check_region(region).is_ok()
            && check_account(account).is_ok();
        (whole && !name.is_empty() && name.chars().all(allowed)).then_some(name)
    }
}

/// Of any resource, whatever else is said of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OnlyArn {
    arn: Option<Spanned<String>>,
}

/// Where a stage may be deployed to: what it says itself, and otherwise what the ARNs of existing
/// resources say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
}

impl Home {
    /// # Errors
    ///
    /// Two ARNs of different accounts or regions.
    pub(crate) fn new(items: &[Item], stage: &Stage) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut first: Option<(Stage, String, Option<Place>)> = None;
        for item in items {
            // What is not read is reported where the resource itself is.
            let Ok(settings) = stage.settings::<OnlyArn>(item) else { continue };
            let Some(arn) = &settings.values.arn else { continue };
            let text = arn.get_ref();
            let Some((pinned, other, at)) = &first else {
                let mut parts = text.split(':').skip(3).map(str::to_owned);
                let (region, account) = (parts.next(), parts.next());
                let pinned = Stage { region, account, ..stage.clone() };
                first = Some((pinned, text.clone(), settings.place(arn.span())));
                continue;
            };
            if pinned.elsewhere(text).is_some() {
                let message = format!("`{text}` and `{other}` are not in one account and region");
                let mut mistake = settings.mistake(message, arn.span());
                mistake.places.extend(at.clone().map(|at| (at, "the other is here".into())));
                let help =
                    "a stage is deployed to one account and one region: name resources of one";
                mistakes.push(mistake.help(help));
            }
        }
        if !mistakes.is_empty() {
            return Err(Failure(mistakes));
        }
        let pinned = first.map(|(pinned, ..)| pinned).unwrap_or_else(|| stage.clone());
        Ok(Self {
            account: stage.account.clone().or(pinned.account),
            region: stage.region.clone().or(pinned.region),
        })
    }
}
