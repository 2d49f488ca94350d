//! `#[derive(Topic)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, krate};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let mut fifo = false;
    let kind = Arguments::of_type("topic", "topic(name = \"…\")", input, &mut errors).and_then(
        |mut arguments| {
            let existing = arguments.existing(&[], &mut errors);
            let name = super::name(existing, "Alerts", input, &mut arguments, &mut errors);
            fifo = arguments.flag("fifo", &mut errors);
            let kms_key = super::kms_key(&krate, &mut arguments, &mut errors);
            arguments.finish(&["name", "fifo", "kms_key", "existing"], &mut errors);
            let name = name?;
            Some(quote! {
                Topic(#krate::manifest::Topic {
                    name: #krate::__private::text(#name),
                    fifo: #fifo,
                    kms_key: #kms_key,
                    existing: #existing,
                })
            })
        },
    );
    let ty = if fifo { quote!(Fifo) } else { quote!(Standard) };
    let items = quote!(type Kind = #krate::topic::#ty;);
    super::declare_with(input, &krate, "Topic", kind, &items, errors)
}
