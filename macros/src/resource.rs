//! The derives that declare resources and the types with a role.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{errors::Errors, item};

pub(crate) mod bus;
pub(crate) mod event;
pub(crate) mod row;
pub(crate) mod stream;
pub(crate) mod table;
pub(crate) mod topic;

/// A resource that is a name and little else: the derive's result, or stubs beside the mistakes.
fn declare(
    input: &DeriveInput,
    krate: &TokenStream,
    interface: &TokenStream,
    kind: Option<TokenStream>,
    errors: Errors,
) -> TokenStream {
    let name = &input.ident;
    let id = item::id(name);
    let registration = match errors.finish() {
        Ok(()) => kind.map(|kind| item::register(krate, name, &kind)),
        Err(error) => Some(error.to_compile_error()),
    };
    quote! {
        impl #krate::#interface for #name {
            const ID: &'static str = #id;
        }
        #registration
    }
}
