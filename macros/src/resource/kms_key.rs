//! `#[derive(KmsKey)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, krate};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let mut arguments = Arguments::of_type_if_any("kms_key", input, &mut errors);
    let existing = arguments.existing(&[], &mut errors);
    let name = super::name_or_default(input, &mut arguments, &mut errors);
    arguments.finish(&["name", "existing"], &mut errors);
    let kind = quote! {
        KmsKey(#krate::manifest::KmsKey {
            name: #krate::__private::text(#name),
            existing: #existing,
        })
    };
    super::declare(input, &krate, "KmsKey", Some(kind), errors)
}
