//! `#[derive(Bus)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, krate};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let kind = Arguments::of_type("bus", "bus(name = \"…\")", input, &mut errors).and_then(
        |mut arguments| {
            let name = arguments.require_text("name", "Shop", &mut errors);
            arguments.finish(&["name"], &mut errors);
            let name = name?;
            Some(quote! {
                Bus(#krate::manifest::Bus { name: #krate::__private::text(#name) })
            })
        },
    );
    super::declare(input, &krate, "Bus", kind, errors)
}
