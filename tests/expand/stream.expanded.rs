#[derive(Stream)]
#[stream(name = "Orders", shards = 2)]
pub struct Orders;
impl ::esteira::Stream for Orders {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Orders");
}
impl ::esteira::Resource for Orders {
    const RESOURCE: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "Orders"
    );
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Orders")),
    at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    3u32), kind : ::esteira::manifest::Kind::Stream(::esteira::manifest::Stream { name :
    ::esteira::__private::text("Orders"), shards : ::core::option::Option::Some(2u32),
    retention_hours : 168u32, kms_key : ::core::option::Option::None, existing : false,
    }), }
);
