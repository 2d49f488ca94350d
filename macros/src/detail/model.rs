//! What a type is on the wire, read off its definition and its serde attributes.

use proc_macro2::Ident;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, LitStr, Type};

use crate::{
    errors::Errors,
    item::{refuse_generics, unraw},
    serde_attributes::{Container, Field},
};

/// A type with its wire form.
pub(crate) struct Model {
    pub(crate) name: Ident,
    /// None, unless there is a mistake.
    pub(crate) generics: Generics,
    pub(crate) content: Content,
}

/// The wire form.
pub(crate) enum Content {
    /// A struct with named fields.
    Object(Vec<FieldModel>),
    /// A struct that is written as its only field.
    Newtype(Box<Type>),
    /// An enum without data: one of these texts.
    Choice(Vec<String>),
    /// An enum with data, told apart by a field of this name.
    Tagged(String),
    /// Something no rule can look into.
    Opaque,
}

/// A field that is on the wire.
pub(crate) struct FieldModel {
    pub(crate) ident: Ident,
    /// Its type, or what `#[detail(as = …)]` says it is.
    pub(crate) ty: Type,
    /// Its name on the wire; empty if its own fields stand in its place (`flatten`).
    pub(crate) name: String,
    pub(crate) default: bool,
}

impl Model {
    pub(crate) fn new(input: &DeriveInput, errors: &mut Errors) -> Self {
        refuse_generics(input, errors);
        refuse_detail(&input.attrs, errors);
        let container = Container::parse(&input.attrs, errors);
        let content = match &input.data {
            Data::Struct(data) => of_struct(&data.fields, &container, errors),
            Data::Enum(data) => of_enum(data, &container, errors),
            Data::Union(data) => {
                errors.on(data.union_token, "a union has no form on the wire; use a struct");
                Content::Opaque
            }
        };
        Self { name: input.ident.clone(), generics: input.generics.clone(), content }
    }
}

fn of_struct(fields: &Fields, container: &Container, errors: &mut Errors) -> Content {
    match fields {
        Fields::Named(fields) => {
            let tag = container.tag.as_ref().and_then(|tag| tag_field(tag, errors));
            let models: Vec<FieldModel> = fields
                .named
                .iter()
                .filter_map(|field| field_model(field, container, errors))
                .chain(tag)
                .collect();
            match <[FieldModel; 1]>::try_from(models) {
                Ok([only]) if container.transparent => Content::Newtype(Box::new(only.ty)),
                Ok([only]) => Content::Object(vec![only]),
                Err(models) => Content::Object(models),
            }
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let field = &fields.unnamed[0];
            Content::Newtype(Box::new(written_as(&field.attrs, &field.ty, errors)))
        }
        Fields::Unnamed(_) | Fields::Unit => Content::Opaque,
    }
}

/// The field that serde adds to a struct under `tag`: it holds the struct's name.
fn tag_field(tag: &LitStr, errors: &mut Errors) -> Option<FieldModel> {
    let name = tag.value();
    let ident = tag.parse::<Ident>().ok();
    if ident.is_none() {
        errors.on(tag, format!("no rule could name `{name}`: the tag of a struct is a Rust name"));
    }
    let ty = syn::parse_quote!(::std::string::String);
    Some(FieldModel { ident: ident?, ty, name, default: true })
}

fn field_model(
    field: &syn::Field,
    container: &Container,
    errors: &mut Errors,
) -> Option<FieldModel> {
    let ident = field.ident.clone()?;
    let serde = Field::parse(&field.attrs, errors);
    let ty = written_as(&field.attrs, &field.ty, errors);
    if serde.skip {
        return None;
    }
    let plain = unraw(&ident);
    let name = match (serde.flatten, serde.rename, container.rename_all) {
        (true, ..) => String::new(),
        (_, Some(name), _) => name,
        (_, None, Some(case)) => case.field(&plain),
        (_, None, None) => plain,
    };
    Some(FieldModel { ident, ty, name, default: serde.default || container.default })
}

fn of_enum(data: &syn::DataEnum, container: &Container, errors: &mut Errors) -> Content {
    let names: Vec<String> = data
        .variants
        .iter()
        .filter_map(|variant| {
            let serde = Field::of_variant(&variant.attrs, errors);
            refuse_detail(&variant.attrs, errors);
            let plain = unraw(&variant.ident);
            let renamed = container.rename_all.map(|case| case.variant(&plain));
            (!serde.skip).then(|| serde.rename.or(renamed).unwrap_or(plain))
        })
        .collect();
    let unit = data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    match &container.tag {
        Some(tag) => Content::Tagged(tag.value()),
        None if unit && !container.opaque => Content::Choice(names),
        None => Content::Opaque,
    }
}

/// The type that `#[detail(as = …)]` gives, or the one written.
fn written_as(attributes: &[Attribute], ty: &Type, errors: &mut Errors) -> Type {
    let mut written = ty.clone();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("detail")) {
        errors.keep(attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("as") {
                return Err(meta.error("`detail` takes `as`: `#[detail(as = String)]`"));
            }
            written = meta.value()?.parse()?;
            Ok(())
        }));
    }
    written
}

/// Refuses `#[detail(…)]` where it would say nothing.
fn refuse_detail(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("detail")) {
        errors.on(attribute.path(), "`detail` stands on a field: it says what that is on the wire");
    }
}
