//! `#[derive(Topic)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, krate};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let kind = Arguments::of_type("topic", "topic(name = \"…\")", input, &mut errors).and_then(
        |mut arguments| {
            let name = arguments.require_text("name", "Alerts", &mut errors);
            arguments.finish(&["name"], &mut errors);
            let name = name?;
            Some(quote! {
                Topic(#krate::manifest::Topic { name: #krate::__private::text(#name) })
            })
        },
    );
    super::declare(input, &krate, "Topic", kind, errors)
}
