//! `#[derive(Row)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, LitStr};

use crate::{
    arguments::Arguments,
    detail::{self, Content, Model},
    errors::Errors,
    item, krate,
};

/// The attribute, as far as it is valid.
struct Declaration {
    table: String,
    key: Vec<String>,
    schema: Option<LitStr>,
}

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
        Some(Declaration { table, key, schema }) => {
            let schema =
                item::option(schema.map(|schema| quote!(#krate::__private::text(#schema))));
            let registration = item::register(
                &krate,
                name,
                &quote! {
                    Row(#krate::manifest::Row {
                        table: #krate::__private::text(#table),
                        key: #krate::__private::Borrowed(&[#(#krate::__private::text(#key)),*]),
                        columns: <#name as #krate::Detail>::SHAPE,
                        schema: #schema,
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

fn declaration(input: &DeriveInput, model: &Model, errors: &mut Errors) -> Option<Declaration> {
    let mut arguments = Arguments::of_type("row", "row(table = \"…\", key = …)", input, errors)?;
    let table = arguments.require_text("table", "orders", errors);
    let key: Vec<Ident> = arguments.require_list("key", "id", errors);
    let schema = arguments.text("schema", errors);
    arguments.finish(&["table", "key", "schema"], errors);
    if let Some(schema) = schema.as_ref().filter(|schema| schema.value().starts_with('/')) {
        let why = "`schema` is a path from the folder of the package's Cargo.toml: write it without the `/`";
        errors.on(schema, why);
    }
    let key = key
        .iter()
        .filter_map(|key| super::named_field(key, model, errors).map(|field| field.name.clone()))
        .collect();
    Some(Declaration { table: table?.value(), key, schema })
}
