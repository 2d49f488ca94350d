#[derive(Detail)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Placed,
    Paid,
}
impl ::esteira::Detail for Status {
    const SHAPE: ::esteira::manifest::Shape = ::esteira::manifest::Shape::OneOf(
        ::esteira::__private::Borrowed(
            &[::esteira::__private::text("placed"), ::esteira::__private::text("paid")],
        ),
    );
    type Fields = ::esteira::__private::NoFields;
    const FIELDS: &'static Self::Fields = &::esteira::__private::NoFields;
    type Value = Self;
}
impl ::esteira::__private::Text for Status {}
#[derive(Detail)]
#[serde(tag = "kind")]
pub enum Payment {
    Card { digits: String },
    Cash,
}
const _: () = {
    #[doc(hidden)]
    #[allow(
        dead_code,
        missing_docs,
        non_camel_case_types,
        non_snake_case,
        unreachable_pub
    )]
    pub struct __PaymentFields {
        pub kind: ::esteira::Field<::std::string::String>,
    }
    impl ::esteira::Detail for Payment {
        const SHAPE: ::esteira::manifest::Shape = ::esteira::manifest::Shape::Any;
        type Fields = __PaymentFields;
        const FIELDS: &'static Self::Fields = &__PaymentFields {
            kind: ::esteira::Field::new("kind"),
        };
        type Value = Self;
    }
};
