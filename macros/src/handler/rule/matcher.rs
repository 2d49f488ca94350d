//! What one field may be: a value, or an operator with its operand.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>

use proc_macro2::{Ident, Span};
use syn::{
    Token, braced,
    parse::{Parse, ParseStream},
    token,
};

use super::json::{Json, Value, scalar};
use crate::errors::{did_you_mean, list};

/// One alternative.
pub(super) struct Matcher {
    /// Where it is written.
    pub(super) span: Span,
    /// The kind of field it can match; none for any.
    pub(super) kind: Option<Kind>,
    /// As EventBridge has it.
    pub(super) json: Json,
}

/// A kind of field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Boolean,
    Null,
}

impl Kind {
    /// The check of the runtime that a field is of this kind.
    pub(super) fn check(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "numeric",
            Kind::Boolean => "boolean",
            Kind::Null => "nullable",
        }
    }

    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Kind::Null),
            Value::Bool(_) => Some(Kind::Boolean),
            Value::Integer(_) | Value::Number(_) => Some(Kind::Number),
            Value::Text(_) => Some(Kind::Text),
            Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// The operators, by the name they have in a rule and the one EventBridge has for them.
const OPERATORS: [(&str, &str); 8] = [
    ("prefix", "prefix"),
    ("suffix", "suffix"),
    ("equals_ignore_case", "equals-ignore-case"),
    ("wildcard", "wildcard"),
    ("anything_but", "anything-but"),
    ("numeric", "numeric"),
    ("exists", "exists"),
    ("cidr", "cidr"),
];

impl Parse for Matcher {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = input.span();
        if !input.peek(token::Brace) {
            let json = scalar(input)?;
            return Ok(Self { span, kind: Kind::of(&json.value), json });
        }
        let names = OPERATORS.map(|(name, _)| name);
        let (span, operator, kind, operand) =
            operator(input, &names, |name, content| match name {
                "numeric" => Ok((Some(Kind::Number), numeric(content)?)),
                "exists" => {
                    let flag: syn::LitBool = content.parse().map_err(|error| {
                        syn::Error::new(error.span(), "`exists` is `true` or `false`")
                    })?;
                    Ok((None, Json::new(flag.span(), Value::Bool(flag.value))))
                }
                "anything_but" => anything_but(content),
                "prefix" | "suffix" if content.peek(token::Brace) => {
                    let (_, operator, _, text) =
                        operator_of_text(content, &["equals_ignore_case"])?;
                    Ok((Some(Kind::Text), Json::entry(text.span, operator, text)))
                }
                "wildcard" => {
                    let text = text(content)?;
                    if let Value::Text(pattern) = &text.value
                        && pattern.contains("**")
                    {
                        return Err(syn::Error::new(
                            text.span,
                            "`**` is not allowed: one `*` stands for any number of characters",
                        ));
                    }
                    Ok((Some(Kind::Text), text))
                }
                _ => Ok((Some(Kind::Text), text(content)?)),
            })?;
        Ok(Self { span, kind, json: Json::entry(span, operator, operand) })
    }
}

/// `{ name: operand }` with one of the allowed operators, and only one: EventBridge would honour
/// only one of two.
fn operator(
    input: ParseStream<'_>,
    allowed: &[&str],
    operand: impl FnOnce(&str, ParseStream<'_>) -> syn::Result<(Option<Kind>, Json)>,
) -> syn::Result<(Span, &'static str, Option<Kind>, Json)> {
    let content;
    braced!(content in input);
    let name: Ident = content.parse().map_err(|error| {
        syn::Error::new(error.span(), format!("an operator is one of {}", list(allowed)))
    })?;
    let spelled = name.to_string();
    let known = OPERATORS.iter().find(|(known, _)| *known == spelled && allowed.contains(known));
    let Some((rust, wire)) = known else {
        let hint = match did_you_mean(&spelled, allowed.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("here it may be {}", list(allowed)),
        };
        return Err(syn::Error::new(
            name.span(),
            format!("there is no operator `{spelled}` here; {hint}"),
        ));
    };
    content.parse::<Token![:]>()?;
    let (kind, operand) = operand(rust, &content)?;
    content.parse::<Option<Token![,]>>()?;
    if !content.is_empty() {
        return Err(syn::Error::new(
            content.span(),
            "one operator a matcher: EventBridge would honour only one; write two matchers to allow either",
        ));
    }
    Ok((name.span(), *wire, kind, operand))
}

fn operator_of_text(
    input: ParseStream<'_>,
    allowed: &[&str],
) -> syn::Result<(Span, &'static str, Option<Kind>, Json)> {
    operator(input, allowed, |_, content| Ok((Some(Kind::Text), text(content)?)))
}

fn text(input: ParseStream<'_>) -> syn::Result<Json> {
    let text: syn::LitStr = input
        .parse()
        .map_err(|error| syn::Error::new(error.span(), "this operator takes a text"))?;
    if text.value().is_empty() {
        return Err(syn::Error::new(
            text.span(),
            "an empty text says nothing here; to match it, write `\"\"` as a value",
        ));
    }
    Ok(Json::text(text.span(), text.value()))
}

/// `"text"`, `1`, a list of either, or an operator on text.
fn anything_but(input: ParseStream<'_>) -> syn::Result<(Option<Kind>, Json)> {
    if input.peek(token::Brace) {
        let allowed = ["prefix", "suffix", "equals_ignore_case", "wildcard"];
        let (_, operator, kind, text) = operator_of_text(input, &allowed)?;
        return Ok((kind, Json::entry(text.span, operator, text)));
    }
    let json: Json = input.parse()?;
    let kinds: Vec<Option<Kind>> = match &json.value {
        Value::Array(items) => items.iter().map(|item| Kind::of(&item.value)).collect(),
        value => vec![Kind::of(value)],
    };
    match kinds.first() {
        Some(Some(kind @ (Kind::Text | Kind::Number)))
            if kinds.iter().all(|k| *k == Some(*kind)) =>
        {
            Ok((Some(*kind), json))
        }
        _ => Err(syn::Error::new(
            json.span,
            "`anything_but` takes a text, a number, or a list of texts or of numbers",
        )),
    }
}

/// `[">", 0]` or `[">=", 0, "<", 100]`.
fn numeric(input: ParseStream<'_>) -> syn::Result<Json> {
    let json: Json = input.parse()?;
    let malformed = || {
        syn::Error::new(
            json.span,
            "`numeric` is one comparison, `[\">\", 0]`, or a range, `[\">=\", 0, \"<\", 100]`",
        )
    };
    let Value::Array(items) = &json.value else { return Err(malformed()) };
    let mut comparisons = Vec::new();
    for pair in items.chunks(2) {
        let [Json { value: Value::Text(symbol), .. }, Json { value, .. }] = pair else {
            return Err(malformed());
        };
        #[allow(clippy::cast_precision_loss, reason = "only compared")]
        let bound = match value {
            Value::Integer(n) => *n as f64,
            Value::Number(n) => *n,
            _ => return Err(malformed()),
        };
        if !["<", "<=", "=", ">", ">="].contains(&symbol.as_str()) {
            return Err(syn::Error::new(
                pair[0].span,
                format!("`{symbol}` is not a comparison; it is one of `<`, `<=`, `=`, `>`, `>=`"),
            ));
        }
        comparisons.push((symbol.as_str(), bound));
    }
    match comparisons.as_slice() {
        [_] => Ok(json),
        [(">" | ">=", low), ("<" | "<=", high)] if low < high => Ok(json),
        [(">" | ">=", _), ("<" | "<=", _)] => Err(syn::Error::new(
            json.span,
            "the range is empty: its lower end must be below its upper end",
        )),
        _ => Err(malformed()),
    }
}
