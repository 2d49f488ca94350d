#[derive(Stream)]
#[stream(existing, kms_key = OrdersKey)]
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
    ::esteira::__private::text("Orders"), shards : ::core::option::Option::Some(1u32),
    retention_hours : 168u32, kms_key :
    ::core::option::Option::Some(::esteira::__private::text(< OrdersKey as
    ::esteira::KmsKey > ::ID)), existing : true, }), }
);
#[derive(Bus)]
#[bus(existing)]
pub struct Shop;
impl ::esteira::Bus for Shop {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Shop");
}
impl ::esteira::Resource for Shop {
    const RESOURCE: &'static str = ::core::concat!(::core::module_path!(), "::", "Shop");
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Shop")), at
    : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    7u32), kind : ::esteira::manifest::Kind::Bus(::esteira::manifest::Bus { name :
    ::esteira::__private::text("Shop"), archive_days : ::core::option::Option::None,
    existing : true, }), }
);
#[derive(Topic)]
#[topic(existing, name = "alerts")]
pub struct Alerts;
impl ::esteira::Topic for Alerts {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Alerts");
    type Kind = ::esteira::topic::Standard;
}
impl ::esteira::Resource for Alerts {
    const RESOURCE: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "Alerts"
    );
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Alerts")),
    at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    11u32), kind : ::esteira::manifest::Kind::Topic(::esteira::manifest::Topic { name :
    ::esteira::__private::text("alerts"), fifo : false, kms_key :
    ::core::option::Option::None, existing : true, }), }
);
