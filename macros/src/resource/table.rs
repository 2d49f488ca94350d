//! `#[derive(Table)]`

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Ident, LitStr, spanned::Spanned};

use super::row::no_field;
use crate::{
    arguments::Arguments,
    detail::{self, Content, FieldModel, Model},
    errors::Errors,
    item, krate,
};

/// The attribute, valid.
struct Declaration<'a> {
    name: LitStr,
    partition: &'a FieldModel,
    sort: Option<&'a FieldModel>,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let model = Model::new(input, &mut errors);
    if !matches!(model.content, Content::Object(_)) {
        errors.on(&input.ident, "the item of a table is a struct with named fields");
    }
    let declaration = declaration(input, &model, &mut errors);
    let detail = detail::expand(&krate, &model);
    let table = match (errors.finish(), declaration) {
        (Ok(()), Some(declaration)) => expand(&krate, input, &declaration),
        (result, _) => {
            let mistakes = result.err().map(|error| error.to_compile_error());
            let stub = stub(&krate, &model.name);
            quote!(#mistakes #stub)
        }
    };
    quote!(#detail #table)
}

fn declaration<'a>(
    input: &DeriveInput,
    model: &'a Model,
    errors: &mut Errors,
) -> Option<Declaration<'a>> {
    let example = "table(name = \"…\", partition_key = …)";
    let mut arguments = Arguments::of_type("table", example, input, errors)?;
    let name = arguments.require_text("name", "Inventory", errors);
    let partition = arguments.require::<Ident>("partition_key", "product", errors);
    let sort = arguments.take::<Ident>("sort_key", errors);
    arguments.finish(&["name", "partition_key", "sort_key"], errors);
    let mut field = |key: &Ident| {
        let field = model.fields().iter().find(|field| field.ident == *key);
        if field.is_none() {
            errors.on(key, no_field(key, model));
        }
        field
    };
    let partition_field = partition.as_ref().and_then(&mut field);
    let sort_field = sort.as_ref().and_then(&mut field);
    if let (Some(partition), Some(sort)) = (&partition, &sort)
        && partition == sort
    {
        errors.on(sort, "the sort key must be another field than the partition key");
    }
    Some(Declaration { name: name?, partition: partition_field?, sort: sort_field })
}

fn expand(krate: &TokenStream, input: &DeriveInput, declaration: &Declaration<'_>) -> TokenStream {
    let Declaration { name: table, partition, sort } = declaration;
    let (name, visibility) = (&input.ident, &input.vis);
    let id = item::id(name);
    let key = |FieldModel { ty, name, .. }: &FieldModel| quote_spanned!(ty.span()=> #krate::__private::key::<#ty>(#name));
    let option = |value: Option<TokenStream>| match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let partition_key = key(partition);
    let sort_key = option(sort.map(key));
    let registration = item::register(
        krate,
        name,
        &quote! {
            Table(#krate::manifest::Table {
                name: #krate::__private::text(#table),
                partition_key: #partition_key,
                sort_key: #sort_key,
                item: <#name as #krate::Detail>::SHAPE,
            })
        },
    );
    let keys: Vec<&FieldModel> = std::iter::once(*partition).chain(*sort).collect();
    let (idents, types): (Vec<_>, Vec<_>) =
        keys.iter().map(|field| (&field.ident, &field.ty)).unzip();
    let names: Vec<&String> = keys.iter().map(|field| &field.name).collect();
    let (partition_type, partition_name) = (&partition.ty, &partition.name);
    let sort_name = option(sort.map(|FieldModel { name, .. }| quote!(#name)));
    let doc = format!(
        "The key of an item: {}.",
        keys.iter().map(|field| format!("`{}`", field.ident)).collect::<Vec<_>>().join(" and ")
    );
    quote! {
        impl #krate::Table for #name {
            const ID: &'static str = #id;
            const PARTITION_KEY: &'static str = #partition_name;
            const SORT_KEY: ::core::option::Option<&'static str> = #sort_name;
            type Partition = #partition_type;
        }
        #[allow(dead_code)]
        impl #name {
            #[doc = #doc]
            #visibility fn key(
                #(#idents: impl ::core::convert::Into<#types>),*
            ) -> #krate::Key<#name> {
                #(let #idents: #types = #idents.into();)*
                #krate::Key::new(&[#((#names, &#idents)),*])
            }
        }
        #registration
    }
}

/// Keeps one mistake from becoming many: to the rest of the program, the table is there.
fn stub(krate: &TokenStream, name: &Ident) -> TokenStream {
    let id = item::id(name);
    quote! {
        impl #krate::Table for #name {
            const ID: &'static str = #id;
            const PARTITION_KEY: &'static str = "";
            const SORT_KEY: ::core::option::Option<&'static str> = ::core::option::Option::None;
            type Partition = ::std::string::String;
        }
    }
}
