#[derive(Topic)]
#[topic(name = "Shipments", fifo, kms_key = OrdersKey)]
pub struct Shipments;
impl ::esteira::Topic for Shipments {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Shipments");
    type Kind = ::esteira::topic::Fifo;
}
impl ::esteira::Resource for Shipments {
    const RESOURCE: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "Shipments"
    );
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::",
    "Shipments")), at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"),
    ::core::file!(), 3u32), kind :
    ::esteira::manifest::Kind::Topic(::esteira::manifest::Topic { name :
    ::esteira::__private::text("Shipments"), fifo : true, kms_key :
    ::core::option::Option::Some(::esteira::__private::text(< OrdersKey as
    ::esteira::KmsKey > ::ID)), existing : false, }), }
);
