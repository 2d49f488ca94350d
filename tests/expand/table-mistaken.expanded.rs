#[derive(Table)]
#[table(name = "Stock", partition_key = product, sort_key = dya)]
pub struct Stock {
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
                        name: ::esteira::__private::text("product"),
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
            product: ::esteira::Field::new("product"),
            day: ::esteira::Field::new("day"),
        };
        type Value = Self;
    }
};
impl ::esteira::Table for Stock {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Stock");
    const PARTITION_KEY: &'static str = "product";
    const SORT_KEY: ::core::option::Option<&'static str> = ::core::option::Option::None;
    type Partition = String;
    type Sort = ::esteira::__private::NoSortKey;
}
impl ::esteira::Resource for Stock {
    const RESOURCE: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "Stock"
    );
}
#[allow(dead_code, non_snake_case)]
impl Stock {
    pub fn key(
        _0: impl ::core::marker::Sized,
        _1: impl ::core::marker::Sized,
    ) -> ::esteira::Key<Self>
    where
        Self: ::esteira::Table,
    {
        ::esteira::Key::new(&[])
    }
}
::core::compile_error! {
    "`Stock` has no field `dya`; did you mean `day`?"
}
