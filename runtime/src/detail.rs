//! What is known about the fields of a type: its shape on the wire, and a mirror of its fields
//! that rules and table expressions are checked against.

use std::{borrow::Cow, collections::BTreeMap, collections::HashMap, marker::PhantomData};

use crate::manifest::Shape;

/// A type whose shape on the wire is known; `#[derive(Detail)]` implements it for nested types,
/// and the derives of events, rows and tables bring it along.
#[diagnostic::on_unimplemented(
    message = "the shape of `{Self}` on the wire is not known",
    label = "this type has no known shape",
    note = "add `#[derive(Detail)]` to it; for a type of another crate, say on the field what it is on the wire: `#[detail(as = String)]`"
)]
pub trait Detail {
    /// What a value looks like on the wire.
    const SHAPE: Shape;
    /// A struct with one public [`Field`] for each field.
    type Fields: 'static;
    /// Its only value.
    const FIELDS: &'static Self::Fields;
    /// The type of a value that is there: what an `Option` has inside.
    type Value: ?Sized;
}

/// The name of a field, with its Rust type.
///
/// Rules and table expressions name fields through the mirror of their type, so that a field
/// that does not exist, or has another type, is an error of the compiler.
pub struct Field<T: ?Sized> {
    /// The name on the wire.
    pub(crate) name: &'static str,
    marker: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> Field<T> {
    /// Called by the derives.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name, marker: PhantomData }
    }

    /// The name on the wire.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// What stands for a field under serde's `flatten`: it has no name, only its fields have.
#[doc(hidden)]
pub struct Flattened<T: ?Sized>(PhantomData<fn() -> Box<T>>);

impl<T: ?Sized> Flattened<T> {
    /// Called by the derives.
    #[expect(clippy::new_without_default, reason = "constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// Empty: a pattern under it is spliced into its parent.
    pub const fn name(&self) -> &'static str {
        ""
    }
}

/// What a mirror holds for a field.
#[doc(hidden)]
pub trait Mirrored: 'static {
    /// The type of the field.
    type Type: ?Sized;
}

impl<T: ?Sized + 'static> Mirrored for Field<T> {
    type Type = T;
}

impl<T: ?Sized + 'static> Mirrored for Flattened<T> {
    type Type = T;
}

/// A field that is itself on the wire.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a flattened field is not on the wire, only its fields are",
    label = "cannot be matched",
    note = "match its fields, in braces: `flattened: {{ field: [{{ exists: true }}] }}`"
)]
pub trait Named: Mirrored {}

impl<T: ?Sized + 'static> Named for Field<T> {}

/// The fields of a type that has none.
pub struct NoFields;

macro_rules! leaves {
    ($($shape:expr => $($type:ty),+;)+) => {$($(
        impl Detail for $type {
            const SHAPE: Shape = $shape;
            type Fields = NoFields;
            const FIELDS: &'static NoFields = &NoFields;
            type Value = Self;
        }
    )+)+};
}

leaves! {
    Shape::Text => String, str, &'static str, char, Cow<'static, str>;
    Shape::Boolean => bool;
    Shape::Number => f32, f64;
    Shape::Integer { bits: 8, signed: true } => i8;
    Shape::Integer { bits: 16, signed: true } => i16;
    Shape::Integer { bits: 32, signed: true } => i32;
    Shape::Integer { bits: 64, signed: true } => i64;
    Shape::Integer { bits: 128, signed: true } => i128;
    Shape::Integer { bits: 8, signed: false } => u8;
    Shape::Integer { bits: 16, signed: false } => u16;
    Shape::Integer { bits: 32, signed: false } => u32;
    Shape::Integer { bits: 64, signed: false } => u64;
    Shape::Integer { bits: 128, signed: false } => u128;
    Shape::Any => serde_json::Value, serde_bytes::ByteBuf;
}

/// Wrappers through which a rule reaches the fields inside.
macro_rules! wrappers {
    ($([$($generics:tt)*] $type:ty => $inner:ident, $value:ty, $shape:expr;)+) => {$(
        impl<$($generics)*> Detail for $type {
            const SHAPE: Shape = $shape;
            type Fields = $inner::Fields;
            const FIELDS: &'static Self::Fields = $inner::FIELDS;
            type Value = $value;
        }
    )+};
}

wrappers! {
    [T: Detail] Option<T> => T, T::Value, Shape::Optional(Cow::Borrowed(&[T::SHAPE]));
    [T: Detail] Vec<T> => T, Self, Shape::Array(Cow::Borrowed(&[T::SHAPE]));
    [T: Detail] Box<T> => T, T::Value, T::SHAPE;
}

macro_rules! maps {
    ($($map:ident),+) => {$(
        impl<V: Detail> Detail for $map<String, V> {
            const SHAPE: Shape = Shape::Map(Cow::Borrowed(&[V::SHAPE]));
            type Fields = NoFields;
            const FIELDS: &'static NoFields = &NoFields;
            type Value = Self;
        }
    )+};
}

maps!(HashMap, BTreeMap);

/// A number, and not several: what DynamoDB can compare and count with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number, so it cannot be compared or counted with",
    label = "not a number"
)]
pub trait SingleNumber: serde::Serialize {}

/// A text, and not several: what can begin with another text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text, so it begins with no text",
    label = "not text"
)]
pub trait SingleText {}

impl SingleText for String {}
impl SingleText for str {}
impl SingleText for &'static str {}
impl SingleText for Cow<'static, str> {}

/// A field that holds a number, or numbers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number, so it cannot be compared or counted with",
    label = "not a number",
    note = "numbers are matched by `1` or `{{ numeric: [\">\", 0] }}`, text by `\"a\"` or an operator such as `{{ prefix: \"a\" }}`"
)]
pub trait Numeric {}

/// A field that holds text, or texts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text, so no text can match it",
    label = "not text",
    note = "text is matched by `\"a\"`, a number by `1` or `{{ numeric: [\">\", 0] }}`, an object in braces: `customer: {{ country: [\"BR\"] }}`"
)]
pub trait Text {}

/// A field that holds `true` or `false`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a boolean, so `true` or `false` cannot match it",
    label = "not a boolean",
    note = "whether a field is there at all is asked with `{{ exists: true }}`"
)]
pub trait Boolean {}

/// A field that may be null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is never null: only an `Option` can match `null`",
    label = "never null",
    note = "make the field an `Option`, or leave `null` out"
)]
pub trait Nullable {}

macro_rules! numeric {
    ($($type:ty),+) => {$(
        impl Numeric for $type {}
        impl SingleNumber for $type {}
    )+};
}

numeric!(i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, f32, f64);

impl Text for String {}
impl Text for str {}
impl Text for &'static str {}
impl Text for char {}
impl Text for Cow<'static, str> {}
impl Boolean for bool {}
impl<T> Nullable for Option<T> {}

macro_rules! through {
    ($($trait:ident),+) => {$(
        impl<T: $trait> $trait for Option<T> {}
        impl<T: $trait> $trait for Vec<T> {}
        impl<T: $trait> $trait for Box<T> {}
    )+};
}

through!(Text, Boolean, Numeric);

/// The checks that an expanded rule makes of each field it names.
#[doc(hidden)]
pub mod check {
    use super::{Boolean, Detail, Mirrored, Named, Nullable, Numeric, Text};

    pub const fn numeric<F: Mirrored<Type: Numeric>>(_: &'static F) {}
    pub const fn text<F: Mirrored<Type: Text>>(_: &'static F) {}
    pub const fn boolean<F: Mirrored<Type: Boolean>>(_: &'static F) {}
    pub const fn nullable<F: Mirrored<Type: Nullable>>(_: &'static F) {}
    /// For a matcher that suits every type.
    pub const fn named<F: Named>(_: &'static F) {}
    /// The fields of the type of a field.
    pub const fn nested<F: Mirrored<Type: Detail>>(
        _: &'static F,
    ) -> &'static <F::Type as Detail>::Fields {
        <F::Type as Detail>::FIELDS
    }
}
