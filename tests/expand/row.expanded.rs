#[derive(Row)]
#[row(table = "orders", key(id, line), schema = "migrations/")]
pub struct Order {
    pub id: i64,
    pub line: u16,
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
    pub struct __OrderFields {
        pub id: ::esteira::Field<i64>,
        pub line: ::esteira::Field<u16>,
    }
    impl ::esteira::Detail for Order {
        const SHAPE: ::esteira::manifest::Shape = ::esteira::manifest::Shape::Object(
            ::esteira::__private::Borrowed(
                &[
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text("id"),
                        shape: <i64 as ::esteira::Detail>::SHAPE,
                        default: false,
                    },
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text("line"),
                        shape: <u16 as ::esteira::Detail>::SHAPE,
                        default: false,
                    },
                ],
            ),
        );
        type Fields = __OrderFields;
        const FIELDS: &'static Self::Fields = &__OrderFields {
            id: ::esteira::Field::new("id"),
            line: ::esteira::Field::new("line"),
        };
        type Value = Self;
    }
};
impl ::esteira::Row for Order {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Order");
    const TABLE: &'static str = "orders";
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Order")),
    at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    3u32), kind : ::esteira::manifest::Kind::Row(::esteira::manifest::Row { table :
    ::esteira::__private::text("orders"), key : ::esteira::__private::Borrowed(&
    [::esteira::__private::text("id"), ::esteira::__private::text("line")]), columns : <
    Order as ::esteira::Detail > ::SHAPE, schema :
    ::core::option::Option::Some(::esteira::__private::text("migrations/")), }), }
);
