#[derive(Event)]
#[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed", external)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    pub order_id: u64,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(flatten)]
    pub customer: Customer,
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
        pub note: ::esteira::Field<Option<String>>,
        pub customer: ::esteira::__private::Flattened<Customer>,
    }
    impl ::esteira::Detail for OrderPlaced {
        const SHAPE: ::esteira::manifest::Shape = ::esteira::manifest::Shape::Object(
            ::esteira::__private::Borrowed(
                &[
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text("orderId"),
                        shape: <u64 as ::esteira::Detail>::SHAPE,
                        default: false,
                    },
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text("note"),
                        shape: <Option<String> as ::esteira::Detail>::SHAPE,
                        default: true,
                    },
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text(""),
                        shape: <Customer as ::esteira::Detail>::SHAPE,
                        default: false,
                    },
                ],
            ),
        );
        type Fields = __OrderPlacedFields;
        const FIELDS: &'static Self::Fields = &__OrderPlacedFields {
            order_id: ::esteira::Field::new("orderId"),
            note: ::esteira::Field::new("note"),
            customer: ::esteira::__private::Flattened::new(),
        };
        type Value = Self;
    }
};
impl ::esteira::Event for OrderPlaced {
    const ID: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "OrderPlaced"
    );
    const BUS: &'static str = <Shop as ::esteira::Bus>::ID;
    const SOURCE: &'static str = "shop.orders";
    const DETAIL_TYPE: &'static str = "Order Placed";
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::",
    "OrderPlaced")), at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"),
    ::core::file!(), 4u32), kind :
    ::esteira::manifest::Kind::Event(::esteira::manifest::Event { bus :
    ::esteira::__private::text(::esteira::__private::event:: < OrderPlaced > ().bus),
    source : ::esteira::__private::text("shop.orders"), detail_type :
    ::esteira::__private::text("Order Placed"), external : true, detail : < OrderPlaced
    as ::esteira::Detail > ::SHAPE, }), }
);
