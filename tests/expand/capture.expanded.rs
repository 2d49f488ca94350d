#[derive(KmsKey)]
#[kms_key(existing)]
pub struct StoreKey;
impl ::esteira::KmsKey for StoreKey {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "StoreKey");
}
impl ::esteira::Resource for StoreKey {
    const RESOURCE: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "StoreKey"
    );
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::",
    "StoreKey")), at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"),
    ::core::file!(), 3u32), kind :
    ::esteira::manifest::Kind::KmsKey(::esteira::manifest::KmsKey { name :
    ::esteira::__private::text("StoreKey"), existing : true, }), }
);
#[derive(Aurora)]
#[aurora(vpc = infra::Network, database = "shop", kms_key = StoreKey)]
pub struct Store;
impl ::esteira::Aurora for Store {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Store");
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Store")),
    at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    7u32), kind : ::esteira::manifest::Kind::Aurora(::esteira::manifest::Aurora { name :
    ::esteira::__private::text("shop"), vpc : ::esteira::__private::text(< infra::Network
    as ::esteira::Vpc > ::ID), database : ::esteira::__private::text("shop"), instances :
    2u32, kms_key : ::core::option::Option::Some(::esteira::__private::text(< StoreKey as
    ::esteira::KmsKey > ::ID)), existing : false, }), }
);
#[derive(Capture)]
#[capture(from = Store, tables(Order, rows::Item), into = Orders, lob_kib = 64)]
pub struct OrderCapture;
impl ::esteira::Capture for OrderCapture {
    const ID: &'static str = ::core::concat!(
        ::core::module_path!(), "::", "OrderCapture"
    );
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::",
    "OrderCapture")), at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"),
    ::core::file!(), 11u32), kind :
    ::esteira::manifest::Kind::Capture(::esteira::manifest::Capture { name : { let _ =
    ::core::marker::PhantomData:: < OrderCapture >;
    ::esteira::__private::text("OrderCapture") }, from : ::esteira::__private::text(<
    Store as ::esteira::Aurora > ::ID), tables : ::esteira::__private::Borrowed(&
    [::esteira::__private::text(::esteira::__private::row:: < Order > ()),
    ::esteira::__private::text(::esteira::__private::row:: < rows::Item > ())]), into :
    ::esteira::__private::text(< Orders as ::esteira::Stream > ::ID), lob_kib : 64u32,
    }), }
);
