//! What serde's own attributes say about the wire.
//!
//! Those that change what is written are honoured; any other is refused, because a rule that
//! ignored it would match something that is never on the wire.

use syn::{Attribute, LitStr, Token, meta::ParseNestedMeta};

use crate::{
    case::Case,
    errors::{Errors, did_you_mean, list},
};

/// The attributes of a type.
#[derive(Default)]
pub(crate) struct Container {
    pub(crate) rename_all: Option<Case>,
    pub(crate) default: bool,
    pub(crate) tag: Option<String>,
    /// Variants are told apart by a `tag` beside a `content`, or not at all.
    pub(crate) opaque: bool,
    pub(crate) transparent: bool,
}

/// The attributes of a field or variant.
#[derive(Default)]
pub(crate) struct Field {
    pub(crate) rename: Option<String>,
    pub(crate) default: bool,
    pub(crate) skip: bool,
    pub(crate) flatten: bool,
}

impl Container {
    pub(crate) fn parse(attributes: &[Attribute], errors: &mut Errors) -> Self {
        const ALLOWED: &[&str] = &[
            "rename_all",
            "default",
            "tag",
            "content",
            "untagged",
            "transparent",
            "deny_unknown_fields",
        ];
        let mut container = Self::default();
        each(attributes, errors, |meta| {
            match name(&meta, ALLOWED)?.as_str() {
                "rename_all" => container.rename_all = Some(case(&meta)?),
                "default" => {
                    container.default = true;
                    skip_value(&meta)?;
                }
                "tag" => container.tag = Some(meta.value()?.parse::<LitStr>()?.value()),
                "content" => {
                    container.opaque = true;
                    skip_value(&meta)?;
                }
                "untagged" => container.opaque = true,
                "transparent" => container.transparent = true,
                _ => {}
            }
            Ok(())
        });
        container
    }
}

impl Field {
    pub(crate) fn parse(attributes: &[Attribute], errors: &mut Errors) -> Self {
        const ALLOWED: &[&str] = &["rename", "default", "skip", "skip_serializing_if", "flatten"];
        // These change the form of the value, which `#[detail(as = …)]` must then tell.
        const WITH: &[&str] = &["with", "serialize_with", "deserialize_with"];
        let told = attributes.iter().any(|attribute| attribute.path().is_ident("detail"));
        let allowed: Vec<&str> =
            ALLOWED.iter().chain(if told { WITH } else { &[] }).copied().collect();
        let mut field = Self::default();
        each(attributes, errors, |meta| {
            match name(&meta, &allowed)?.as_str() {
                "rename" => field.rename = Some(meta.value()?.parse::<LitStr>()?.value()),
                "default" => {
                    field.default = true;
                    skip_value(&meta)?;
                }
                "skip" => field.skip = true,
                "flatten" => field.flatten = true,
                _ => skip_value(&meta)?,
            }
            Ok(())
        });
        field
    }
}

fn each(
    attributes: &[Attribute],
    errors: &mut Errors,
    mut one: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        errors.keep(attribute.parse_nested_meta(&mut one));
    }
}

fn name(meta: &ParseNestedMeta<'_>, allowed: &[&str]) -> syn::Result<String> {
    let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
    if allowed.contains(&name.as_str()) {
        return Ok(name);
    }
    let hint = match did_you_mean(&name, allowed.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("here it may be {}", list(allowed)),
    };
    Err(meta.error(format!(
        "esteira does not know what `serde({name})` does to the wire, and will not ignore it; {hint}"
    )))
}

fn case(meta: &ParseNestedMeta<'_>) -> syn::Result<Case> {
    let text: LitStr = meta.value()?.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "write one name for both directions: `rename_all = \"camelCase\"`",
        )
    })?;
    let value = text.value();
    Case::NAMES
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, case)| *case)
        .ok_or_else(|| syn::Error::new(text.span(), format!("serde has no case `{value}`")))
}

fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    }
    Ok(())
}
