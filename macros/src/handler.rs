//! The attributes that make a function a handler.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute,
    parse::{Parse, ParseStream},
};

use crate::{arguments::Arguments, errors::Errors, krate};

mod allow;
mod environment;
mod event;
mod expand;
mod idempotent;
mod kinesis;
mod retry;
mod rule;
mod settings;
mod signature;

use settings::Settings;
use signature::Signature;

/// What invokes a handler: one file for each.
trait Trigger: Sized {
    /// The attribute's name.
    const ATTRIBUTE: &'static str;
    /// The name of the runtime's entry point for it.
    const ENTRY: &'static str;
    /// The arguments it takes beside the settings of every function.
    const ARGUMENTS: &'static [&'static str];
    /// Reads its arguments.
    fn new(arguments: &mut Arguments, errors: &mut Errors) -> Option<Self>;
    /// The variant of `manifest::Trigger`, given the type of the handler's input.
    fn describe(&self, krate: &TokenStream, input: &syn::Type) -> TokenStream;
}

pub(crate) fn on_kinesis(arguments: TokenStream, function: TokenStream) -> TokenStream {
    handler::<kinesis::Kinesis>(arguments, function)
}

pub(crate) fn on_event(arguments: TokenStream, function: TokenStream) -> TokenStream {
    handler::<event::Event>(arguments, function)
}

/// A function as far as an attribute looks at it: its body stays tokens, so that one that is
/// half-typed is not in the way.
struct Function {
    attributes: Vec<Attribute>,
    signature: syn::Signature,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        let signature = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(Self { attributes, signature })
    }
}

fn handler<T: Trigger>(arguments: TokenStream, tokens: TokenStream) -> TokenStream {
    let function: Function = match syn::parse2(tokens.clone()) {
        Ok(function) => function,
        Err(error) => {
            let mistake = match syn::parse2::<syn::Item>(tokens.clone()) {
                Ok(_) => syn::Error::new(
                    first_word(&tokens),
                    format!("`#[{}]` stands above an `async fn`", T::ATTRIBUTE),
                ),
                Err(_) => error,
            }
            .to_compile_error();
            return quote!(#mistake #tokens);
        }
    };
    let mut errors = Errors::new();
    let mut arguments = Arguments::parse(T::ATTRIBUTE, Span::call_site(), arguments, &mut errors);
    let trigger = T::new(&mut arguments, &mut errors);
    let settings = Settings::new(&function.signature.ident, &mut arguments, &mut errors);
    let allowed: Vec<&str> = T::ARGUMENTS.iter().chain(Settings::ARGUMENTS).copied().collect();
    arguments.finish(&allowed, &mut errors);
    let signature = Signature::new(T::ATTRIBUTE, &function.signature, &mut errors);
    match (errors.finish(), trigger, signature) {
        (Ok(()), Some(trigger), Some(signature)) => {
            let expansion = expand::expand(&krate::path(), &trigger, &settings, &signature);
            // What comes after this attribute is still to be read: the expansion is there when
            // the function is.
            let conditions =
                function.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
            quote!(#tokens #(#conditions)* #expansion)
        }
        (result, ..) => {
            let mistakes = result.err().map(|error| error.to_compile_error());
            // The mistake is the only thing wrong with it, not also that nobody calls it.
            quote!(#mistakes #[allow(dead_code)] #tokens)
        }
    }
}

/// The place of the first word of an item, after its attributes.
fn first_word(tokens: &TokenStream) -> Span {
    tokens
        .clone()
        .into_iter()
        .find_map(|token| match token {
            TokenTree::Ident(word) => Some(word.span()),
            _ => None,
        })
        .unwrap_or_else(Span::call_site)
}
