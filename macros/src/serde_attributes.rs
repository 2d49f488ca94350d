//! What serde's own attributes say about the wire.
//!
//! Those that change what is written are honoured; any other is refused, because a rule that
//! ignored it would match something that is never on the wire.

use syn::{Attribute, LitStr, Token, meta::ParseNestedMeta};

use crate::{
    case::Case,
    errors::{Errors, list},
};

/// The attributes of a type.
#[derive(Default)]
pub(crate) struct Container {
    pub(crate) rename_all: Option<Case>,
    pub(crate) default: bool,
    pub(crate) tag: Option<LitStr>,
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
        const HONOURED: &[&str] = &[
            "rename_all",
            "default",
            "tag",
            "content",
            "untagged",
            "transparent",
            "deny_unknown_fields",
        ];
        let mut container = Self::default();
        each(attributes, HONOURED, errors, |name, meta| {
            match name {
                "rename_all" => container.rename_all = case(meta)?,
                "default" => {
                    container.default = true;
                    skip_value(meta)?;
                }
                "tag" => container.tag = Some(meta.value()?.parse()?),
                "content" => {
                    container.opaque = true;
                    skip_value(meta)?;
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
        const HONOURED: &[&str] = &["rename", "default", "skip", "skip_serializing_if", "flatten"];
        // These change the form of the value, which `#[detail(as = …)]` must then tell.
        const WITH: &[&str] = &["with", "serialize_with", "deserialize_with"];
        let told = attributes.iter().any(|attribute| attribute.path().is_ident("detail"));
        let honoured: Vec<&str> =
            HONOURED.iter().chain(if told { WITH } else { &[] }).copied().collect();
        let mut field = Self::default();
        each(attributes, &honoured, errors, |name, meta| {
            match name {
                "rename" => field.rename = Some(one_text(meta, "rename = \"…\"")?.value()),
                "default" => {
                    field.default = true;
                    skip_value(meta)?;
                }
                "skip" => field.skip = true,
                "flatten" => field.flatten = true,
                _ => skip_value(meta)?,
            }
            Ok(())
        });
        field
    }

    /// The attributes of a variant.
    pub(crate) fn of_variant(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut variant = Self::default();
        each(attributes, &["rename", "skip"], errors, |name, meta| {
            match name {
                "rename" => variant.rename = Some(one_text(meta, "rename = \"…\"")?.value()),
                _ => variant.skip = true,
            }
            Ok(())
        });
        variant
    }
}

/// Every word that serde knows. What it does not know it refuses itself.
const SERDE: &[&str] = &[
    "alias",
    "borrow",
    "bound",
    "content",
    "crate",
    "default",
    "deny_unknown_fields",
    "deserialize_with",
    "expecting",
    "field_identifier",
    "flatten",
    "from",
    "getter",
    "into",
    "other",
    "remote",
    "rename",
    "rename_all",
    "rename_all_fields",
    "serialize_with",
    "skip",
    "skip_deserializing",
    "skip_serializing",
    "skip_serializing_if",
    "tag",
    "transparent",
    "try_from",
    "untagged",
    "variant_identifier",
    "with",
];

/// Hands every honoured word to `one`, and refuses the other words of serde.
fn each(
    attributes: &[Attribute],
    honoured: &[&str],
    errors: &mut Errors,
    mut one: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let mut refused = Vec::new();
        let parsed = attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if honoured.contains(&name.as_str()) {
                return one(&name, &meta);
            }
            if SERDE.contains(&name.as_str()) {
                refused.push(meta.error(refusal(&name, honoured)));
            }
            skip_value(&meta)
        });
        errors.keep(parsed);
        refused.into_iter().for_each(|error| errors.push(error));
    }
}

fn refusal(name: &str, honoured: &[&str]) -> String {
    let hint = if name.ends_with("with") {
        "say on the field what it writes: `#[detail(as = String)]`".to_owned()
    } else {
        format!("it knows {}", list(honoured))
    };
    format!(
        "esteira does not know what `serde({name})` does to the wire, and will not ignore it; {hint}"
    )
}

fn one_text(meta: &ParseNestedMeta<'_>, example: &str) -> syn::Result<LitStr> {
    if meta.input.peek(syn::token::Paren) {
        let name = &meta.path;
        return Err(syn::Error::new_spanned(
            name,
            format!("write one name for both directions: `{example}`"),
        ));
    }
    meta.value()?.parse()
}

/// None for a case that serde does not know, and refuses itself.
fn case(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<Case>> {
    let text = one_text(meta, "rename_all = \"camelCase\"")?.value();
    Ok(Case::NAMES.iter().find(|(name, _)| *name == text).map(|(_, case)| *case))
}

/// Passes over `= value` or `(…)`.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.input.parse::<proc_macro2::Group>()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(
        attribute: &str,
        parse: impl FnOnce(&[Attribute], &mut Errors) -> T,
    ) -> (T, Vec<String>) {
        let item: syn::ItemStruct =
            syn::parse_str(&format!("{attribute} struct S;")).expect("a struct");
        let mut errors = Errors::new();
        let read = parse(&item.attrs, &mut errors);
        let mistakes = errors.finish().err().into_iter().flatten();
        (read, mistakes.map(|error| error.to_string()).collect())
    }

    #[test]
    fn attributes_add_up() {
        let (field, mistakes) = read(
            "#[serde(rename = \"a\", skip_serializing_if = \"f::<u8, u8>\")] #[doc = \"\"] #[serde(default = \"g\")]",
            Field::parse,
        );
        assert_eq!((field.rename.as_deref(), field.default, mistakes), (Some("a"), true, vec![]));
        let (container, mistakes) = read(
            "#[serde(tag = \"t\", content = \"c\", rename_all = \"kebab-case\", deny_unknown_fields)]",
            Container::parse,
        );
        assert_eq!(
            (container.rename_all, container.opaque, mistakes),
            (Some(Case::Kebab), true, vec![])
        );
    }

    #[test]
    fn what_is_not_honoured_is_refused_and_the_rest_is_read() {
        let (field, mistakes) =
            read("#[serde(alias = \"b\", bound(serialize = \"\"), skip)]", Field::parse);
        assert!(field.skip);
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(mistakes[0].contains("`serde(alias)`"), "{mistakes:?}");
    }

    #[test]
    fn what_changes_the_value_needs_its_form() {
        let (_, mistakes) = read("#[serde(with = \"m\")]", Field::parse);
        assert!(mistakes[0].contains("`#[detail(as = String)]`"), "{mistakes:?}");
        let (_, mistakes) = read("#[serde(with = \"m\")] #[detail(as = String)]", Field::parse);
        assert!(mistakes.is_empty(), "{mistakes:?}");
    }

    #[test]
    fn what_serde_does_not_know_is_left_to_serde() {
        let (field, mistakes) = read("#[serde(renam = \"a\", skip)]", Field::parse);
        assert!(field.skip && mistakes.is_empty(), "{mistakes:?}");
    }
}
