//! What the function says: `async fn name(input, handles…, ctx: Context) -> Result<()>`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{FnArg, Pat, ReturnType, Type};

use crate::{errors::Errors, item::unraw};

/// The legal signature, shown whole where one is wrong.
fn legal(attribute: &str) -> &'static str {
    match attribute {
        "on_kinesis" => {
            "async fn name(record: Change<Row>, puts: Put<Table>, ctx: Context) -> esteira::Result<()>"
        }
        _ => {
            "async fn name(event: OrderPlaced, puts: Put<Table>, ctx: Context) -> esteira::Result<()>"
        }
    }
}

/// A signature that is legal.
pub(crate) struct Signature {
    pub(crate) name: Ident,
    pub(crate) input: Argument,
    pub(crate) parameters: Vec<Argument>,
    pub(crate) output: Type,
}

/// An argument of a function.
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) ty: Type,
}

/// The most parameters a handler may have beside its input.
const MOST: usize = 12;

impl Signature {
    pub(crate) fn new(
        attribute: &str,
        signature: &syn::Signature,
        errors: &mut Errors,
    ) -> Option<Self> {
        // Whole, but once.
        let mut legal = Some(legal(attribute));
        let mut refuse = |errors: &mut Errors, tokens: TokenStream, what: &str| match legal.take() {
            Some(legal) => errors.on(tokens, format!("{what}; it is written\n{legal}")),
            None => errors.on(tokens, what),
        };
        if signature.asyncness.is_none() {
            refuse(errors, signature.fn_token.to_token_stream(), "a handler is `async`");
        }
        if !signature.generics.params.is_empty() || signature.generics.where_clause.is_some() {
            let tokens = signature.generics.to_token_stream();
            refuse(errors, tokens, "a handler cannot be generic: it is one function in AWS");
        }
        for qualifier in [
            signature.abi.as_ref().map(ToTokens::to_token_stream),
            signature.constness.as_ref().map(ToTokens::to_token_stream),
            signature.variadic.as_ref().map(ToTokens::to_token_stream),
        ]
        .into_iter()
        .flatten()
        {
            refuse(errors, qualifier, "a handler is a plain function");
        }
        let mut words = signature.to_token_stream().into_iter();
        if let Some(word) = words.find(|token| token.to_string() == "unsafe") {
            refuse(errors, word.to_token_stream(), "a handler is safe to call");
        }
        let output = match &signature.output {
            ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)) => {
                refuse(errors, ty.to_token_stream(), "a handler names the type that it returns");
                None
            }
            ReturnType::Type(_, ty) => Some((**ty).clone()),
            ReturnType::Default => {
                let name = signature.ident.to_token_stream();
                refuse(
                    errors,
                    name,
                    "a handler returns a `Result`: an error is what makes AWS deliver again",
                );
                None
            }
        };
        let mut arguments = Vec::new();
        for argument in &signature.inputs {
            arguments.extend(Argument::new(argument, errors));
        }
        if signature.inputs.is_empty() {
            let name = signature.ident.to_token_stream();
            refuse(errors, name, "a handler takes the record or event that it handles");
        }
        for unused in arguments.iter().skip(1).filter(|argument| argument.name.starts_with('_')) {
            errors.at(
                unused.span,
                format!(
                    "`{}` says that it is not used, but what a parameter permits is granted; remove it, or use it under a name without `_`",
                    unused.name
                ),
            );
        }
        if arguments.len() > MOST + 1 {
            errors.at(
                arguments[MOST + 1].span,
                format!("a handler has at most {MOST} parameters beside its input; make it two functions"),
            );
        }
        if arguments.is_empty() {
            return None;
        }
        let input = arguments.remove(0);
        Some(Self { name: signature.ident.clone(), input, parameters: arguments, output: output? })
    }
}

/// A type as one would write it: between tokens alone there is a space.
fn written(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    text.replace(" < ", "<").replace(" >", ">").replace(" :: ", "::").replace(" ,", ",")
}

impl Argument {
    fn new(argument: &FnArg, errors: &mut Errors) -> Option<Self> {
        let FnArg::Typed(typed) = argument else {
            errors.on(argument, "a handler is a free function: it has no `self`");
            return None;
        };
        if let Some(attribute) = typed.attrs.iter().find(|a| a.path().is_ident("cfg")) {
            errors.on(
                attribute,
                "what a handler permits cannot depend on a `cfg`; write two functions, each with its `cfg`",
            );
            return None;
        }
        if let Type::Reference(reference) = &*typed.ty {
            errors.on(
                reference,
                format!("a handler owns what it takes: write `{}`", written(&reference.elem)),
            );
            return None;
        }
        if let Type::ImplTrait(ty) = &*typed.ty {
            errors.on(ty, "name the type: what a parameter permits is read off its type");
            return None;
        }
        let (name, span) = match &*typed.pat {
            Pat::Ident(pat) => (unraw(&pat.ident), pat.ident.span()),
            // A destructured input is fine; its name is only for people.
            Pat::TupleStruct(pat) => ("input".to_owned(), syn::spanned::Spanned::span(&pat.path)),
            Pat::Struct(pat) => ("input".to_owned(), syn::spanned::Spanned::span(&pat.path)),
            Pat::Wild(pat) => ("_".to_owned(), pat.underscore_token.span),
            other => {
                errors.on(other, "give the parameter a name");
                return None;
            }
        };
        Some(Self { name, span, ty: (*typed.ty).clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parameters of a legal signature, or its mistakes.
    fn read(signature: &str) -> Result<Vec<String>, Vec<String>> {
        let mut errors = Errors::new();
        let signature = syn::parse_str(signature).expect("a signature");
        let signature = Signature::new("on_event", &signature, &mut errors);
        errors
            .finish()
            .map_err(|all| all.into_iter().map(|error| error.to_string()).collect::<Vec<_>>())?;
        let Signature { input, parameters, .. } = signature.expect("no mistakes");
        Ok(std::iter::once(input).chain(parameters).map(|argument| argument.name).collect())
    }

    #[test]
    fn parameters_have_the_names_they_are_written_with() {
        let read = read(
            "async fn f(mut r#in: A, mut puts: Put<T>, r#type: Get<T>, ctx: esteira::Context) -> R",
        );
        assert_eq!(read.expect("is legal"), ["in", "puts", "type", "ctx"]);
    }

    #[test]
    fn an_input_may_be_taken_apart_or_ignored() {
        for input in ["Json(a): Json<A>", "A { b, .. }: A"] {
            let signature = format!("async fn f({input}) -> R");
            assert_eq!(read(&signature).expect("is legal"), ["input"]);
        }
        assert_eq!(read("async fn f(_: A) -> R").expect("is legal"), ["_"]);
        assert_eq!(read("async fn f(_a: A) -> R").expect("is legal"), ["_a"]);
    }

    #[test]
    fn the_legal_signature_is_shown_once() {
        let mistakes = read("const extern \"C\" fn f()").expect_err("is not legal");
        assert_eq!(mistakes.len(), 5, "{mistakes:?}");
        let shown = mistakes.iter().filter(|mistake| mistake.contains("async fn name(")).count();
        assert_eq!(shown, 1, "{mistakes:?}");
    }

    #[test]
    fn what_is_not_a_plain_owned_parameter_is_refused() {
        for (parameter, message) in [
            ("self", "no `self`"),
            ("puts: &Put<T>", "write `Put<T>`"),
            ("puts: impl Clone", "name the type"),
            ("#[cfg(a)] puts: Put<T>", "cannot depend on a `cfg`"),
            ("_puts: Put<T>", "`_puts` says that it is not used"),
            ("_: Put<T>", "`_` says that it is not used"),
            ("(a, b): (A, B)", "give the parameter a name"),
        ] {
            let position =
                if parameter == "self" { "self, a: A" } else { &format!("a: A, {parameter}") };
            let mistakes = read(&format!("async fn f({position}) -> R")).expect_err("is not legal");
            assert_eq!(mistakes.len(), 1, "{parameter}: {mistakes:?}");
            assert!(mistakes[0].contains(message), "{parameter}: {mistakes:?}");
        }
    }
}
