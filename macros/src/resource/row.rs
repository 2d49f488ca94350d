//! `#[derive(Row)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{
    arguments::Arguments,
    detail::{self, Content, Model},
    errors::Errors,
    item, krate,
};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let model = Model::new(input, &mut errors);
    if !matches!(model.content, Content::Object(_)) {
        errors.on(&input.ident, "a row is a struct with named fields: they are its columns");
    }
    let declaration = declaration(input, &model, &mut errors);
    let detail = detail::expand(&krate, &model);
    let mistakes = errors.finish().err().map(|error| error.to_compile_error());
    let name = &model.name;
    let id = item::id(name);
    let (table, registration) = match declaration {
        Some((table, keys)) => {
            let registration = item::register(
                &krate,
                name,
                &quote! {
                    Row(#krate::manifest::Row {
                        table: #krate::__private::text(#table),
                        key: #krate::__private::Borrowed(&[#(#krate::__private::text(#keys)),*]),
                        columns: <#name as #krate::Detail>::SHAPE,
                    })
                },
            );
            (table, mistakes.is_none().then_some(registration))
        }
        None => (String::new(), None),
    };
    let body = quote! {
        const ID: &'static str = #id;
        const TABLE: &'static str = #table;
    };
    let row = item::implement(&krate, "Row", name, &model.generics, &body);
    quote!(#mistakes #detail #row #registration)
}

/// The table's name and the columns of its key.
fn declaration(
    input: &DeriveInput,
    model: &Model,
    errors: &mut Errors,
) -> Option<(String, Vec<String>)> {
    let mut arguments = Arguments::of_type("row", "row(table = \"…\", key = …)", input, errors)?;
    let table = arguments.require_text("table", "orders", errors);
    let key = arguments.require_names("key", "id", errors);
    arguments.finish(&["table", "key"], errors);
    let columns = key
        .iter()
        .filter_map(|key| super::key_field(key, model, errors).map(|field| field.name.clone()))
        .collect();
    Some((table?.value(), columns))
}
