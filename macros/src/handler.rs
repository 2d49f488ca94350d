//! The attributes that make a function a handler.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemFn;

use crate::{arguments::Arguments, errors::Errors, krate};

mod event;
mod expand;
mod kinesis;
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

fn handler<T: Trigger>(arguments: TokenStream, tokens: TokenStream) -> TokenStream {
    let function: ItemFn = match syn::parse2(tokens.clone()) {
        Ok(function) => function,
        // Half-typed, or no function: what was written stays, so that an editor still sees it.
        Err(error) => {
            let mistake = match syn::parse2::<syn::Item>(tokens.clone()) {
                Ok(item) => syn::Error::new_spanned(
                    item,
                    format!("`#[{}]` stands above an `async fn`", T::ATTRIBUTE),
                ),
                Err(_) => error,
            }
            .to_compile_error();
            return quote!(#mistake #tokens);
        }
    };
    let mut errors = Errors::new();
    let span = proc_macro2::Span::call_site();
    let mut arguments = Arguments::parse(T::ATTRIBUTE, span, arguments, &mut errors);
    let trigger = T::new(&mut arguments, &mut errors);
    let settings = Settings::new(&function, &mut arguments, &mut errors);
    let allowed: Vec<&str> = T::ARGUMENTS.iter().chain(Settings::ARGUMENTS).copied().collect();
    arguments.finish(&allowed, &mut errors);
    let signature = Signature::new(T::ATTRIBUTE, &function, &mut errors);
    let expansion = match (errors.finish(), trigger, signature) {
        (Ok(()), Some(trigger), Some(signature)) => {
            expand::expand(&krate::path(), &trigger, &settings, &signature)
        }
        (result, ..) => {
            let name = &function.sig.ident;
            let mistakes = result.err().map(|error| error.to_compile_error());
            // The function is used: the mistake above is the only thing wrong with it.
            quote!(#mistakes const _: () = { let _ = #name; };)
        }
    };
    let function = function.to_token_stream();
    quote!(#function #expansion)
}
