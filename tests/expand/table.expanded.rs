#[derive(Table)]
#[table(name = "Stock", partition_key = product, sort_key = day)]
pub struct Stock {
    #[serde(rename = "ProductID")]
    pub product: String,
    pub day: u32,
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
    pub struct __StockFields {
        pub product: ::esteira::Field<String>,
        pub day: ::esteira::Field<u32>,
    }
    impl ::esteira::Detail for Stock {
        const SHAPE: ::esteira::manifest::Shape = ::esteira::manifest::Shape::Object(
            ::esteira::__private::Borrowed(
                &[
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text("ProductID"),
                        shape: <String as ::esteira::Detail>::SHAPE,
                        default: false,
                    },
                    ::esteira::manifest::Field {
                        name: ::esteira::__private::text("day"),
                        shape: <u32 as ::esteira::Detail>::SHAPE,
                        default: false,
                    },
                ],
            ),
        );
        type Fields = __StockFields;
        const FIELDS: &'static Self::Fields = &__StockFields {
            product: ::esteira::Field::new("ProductID"),
            day: ::esteira::Field::new("day"),
        };
        type Value = Self;
    }
};
impl ::esteira::Table for Stock {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Stock");
    const PARTITION_KEY: &'static str = "ProductID";
    const SORT_KEY: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "day",
    );
    type Partition = String;
    type Sort = u32;
}
impl ::esteira::Resource for Stock {
    const RESOURCE: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "Stock"
    );
}
#[allow(dead_code, non_snake_case)]
impl Stock {
    ///The key of an item: `product` and `day`.
    pub fn key(
        product: impl ::core::convert::Into<String>,
        day: impl ::core::convert::Into<u32>,
    ) -> ::esteira::Key<Stock> {
        let product: String = ::core::convert::Into::into(product);
        let day: u32 = ::core::convert::Into::into(day);
        ::esteira::Key::new(&[("ProductID", &product), ("day", &day)])
    }
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Stock")),
    at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    3u32), kind : ::esteira::manifest::Kind::Table(::esteira::manifest::Table { name :
    ::esteira::__private::text("Stock"), partition_key :
    ::esteira::__private::partition_key:: < Stock > (), sort_key :
    ::core::option::Option::Some(::esteira::__private::key:: < u32 > ("day")), ttl :
    ::core::option::Option::None, kms_key : ::core::option::Option::None, existing :
    false, item : < Stock as ::esteira::Detail > ::SHAPE, }), }
);
