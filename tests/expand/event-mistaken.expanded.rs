#[derive(Event)]
#[event(bus = Shop, detail_type = "Order Placed")]
pub struct OrderPlaced {
    pub order_id: u64,
}
::core::compile_error! {
    "`event` needs `source = \"shop.orders\"`"
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
    pub struct __OrderPlacedFields {
        pub order_id: ::esteira::Field<u64>,
    }
    impl ::esteira::Detail for OrderPlaced {
        const SHAPE: ::esteira::manifest::Shape = ::esteira::manifest::Shape::Object(
            ::esteira::__private::Borrowed(
                &[
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text("order_id"),
                        shape: <u64 as ::esteira::Detail>::SHAPE,
                        default: false,
                    },
                ],
            ),
        );
        type Fields = __OrderPlacedFields;
        const FIELDS: &'static Self::Fields = &__OrderPlacedFields {
            order_id: ::esteira::Field::new("order_id"),
        };
        type Value = Self;
    }
};
impl ::esteira::Event for OrderPlaced {
    const ID: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "OrderPlaced"
    );
    const BUS: &'static str = "";
    const SOURCE: &'static str = "";
    const DETAIL_TYPE: &'static str = "";
}
