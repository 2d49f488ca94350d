//! The derives that declare resources and the types with a role.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::DeriveInput;

use crate::{
    arguments::{Arguments, Declared},
    detail::{Content, FieldModel, Model},
    errors::{Errors, did_you_mean},
    item,
};

pub(crate) mod aurora;
pub(crate) mod bus;
pub(crate) mod capture;
pub(crate) mod event;
pub(crate) mod kms_key;
pub(crate) mod row;
pub(crate) mod stream;
pub(crate) mod table;
pub(crate) mod topic;
pub(crate) mod vpc;

/// A resource that is a name and little else: the derive's result, or stubs beside the mistakes.
fn declare(
    input: &DeriveInput,
    krate: &TokenStream,
    interface: &str,
    kind: Option<TokenStream>,
    errors: Errors,
) -> TokenStream {
    declare_with(input, krate, interface, kind, &TokenStream::new(), errors)
}

/// The same of one whose trait has more items than the id.
fn declare_with(
    input: &DeriveInput,
    krate: &TokenStream,
    interface: &str,
    kind: Option<TokenStream>,
    items: &TokenStream,
    mut errors: Errors,
) -> TokenStream {
    item::refuse_generics(input, &mut errors);
    let name = &input.ident;
    let id = item::id(name);
    let registration = match errors.finish() {
        Ok(()) => kind.map(|kind| item::register(krate, name, &kind)),
        Err(error) => Some(error.to_compile_error()),
    };
    let body = quote!(const ID: &'static str = #id; #items);
    let implementation = item::implement(krate, interface, name, &input.generics, &body);
    quote!(#implementation #registration)
}

/// The name of a resource. One that is `existing` has its own, so that it may be left out.
fn name(
    existing: bool,
    example: &str,
    input: &DeriveInput,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> Option<String> {
    match existing {
        true => Some(name_or_default(input, arguments, errors)),
        false => arguments.require_text("name", example, errors).map(|name| name.value()),
    }
}

/// The name of a resource, by default that of its type.
fn name_or_default(input: &DeriveInput, arguments: &mut Arguments, errors: &mut Errors) -> String {
    arguments.text("name", errors).map_or_else(|| item::unraw(&input.ident), |name| name.value())
}

/// The id of the key that a resource is encrypted with.
fn kms_key(krate: &TokenStream, arguments: &mut Arguments, errors: &mut Errors) -> TokenStream {
    let key = arguments.take::<Declared>("kms_key", errors);
    item::option(key.map(|key| item::id_of(krate, "KmsKey", &key)))
}

/// The field that an argument names, if it is one attribute or column; otherwise why not.
fn named_field<'a>(key: &Ident, model: &'a Model, errors: &mut Errors) -> Option<&'a FieldModel> {
    // Of what is no struct with named fields, that is the mistake.
    let Content::Object(fields) = &model.content else { return None };
    let Some(field) = fields.iter().find(|field| field.ident == *key) else {
        let names: Vec<String> = fields.iter().map(|field| field.ident.to_string()).collect();
        let hint = did_you_mean(&key.to_string(), names.iter().map(String::as_str))
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        errors.on(key, format!("`{}` has no field `{key}`{hint}", model.name));
        return None;
    };
    if field.name.is_empty() {
        errors.on(key, format!("`{key}` is flattened: its fields stand in its place"));
        return None;
    }
    Some(field)
}
