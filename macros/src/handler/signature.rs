//! What the function says: `async fn name(input, handles…, ctx: Context) -> Result<()>`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{FnArg, ItemFn, Pat, ReturnType, Type};

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
    pub(crate) fn new(attribute: &str, function: &ItemFn, errors: &mut Errors) -> Option<Self> {
        let signature = &function.sig;
        let legal = legal(attribute);
        let refuse = |errors: &mut Errors, tokens: TokenStream, what: &str| {
            errors.on(tokens, format!("{what}; it is written\n{legal}"));
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
        if function.sig.to_token_stream().into_iter().any(|token| token.to_string() == "unsafe") {
            refuse(errors, signature.fn_token.to_token_stream(), "a handler is safe to call");
        }
        let output = match &signature.output {
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
                    "`{}` says that it is not used, but what it permits would be granted; remove the parameter, or use it under a name without `_`",
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

impl Argument {
    fn new(argument: &FnArg, errors: &mut Errors) -> Option<Self> {
        let FnArg::Typed(typed) = argument else {
            errors.on(argument, "a handler is a free function: it has no `self`");
            return None;
        };
        if let Type::Reference(reference) = &*typed.ty {
            errors.on(
                reference,
                format!(
                    "a handler owns what it takes: write `{}`",
                    reference.elem.to_token_stream()
                ),
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
