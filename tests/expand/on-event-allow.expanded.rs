async fn export_stock(
    order: OrderPlaced,
    stock: Update<Stock>,
    s3: Raw<Photos>,
) -> Result<()> {
    todo!()
}
const _: () = {
    struct __Handler;
    impl ::esteira::__private::Handler for __Handler {
        const ITEM: ::esteira::manifest::Item = {
            ::core::assert!(
                false || < Update < Stock > as ::esteira::__private::Allowed > ::RAW || <
                Raw < Photos > as ::esteira::__private::Allowed > ::RAW,
                "only a `Raw<Client>` can do what `allow` permits: take one, or remove the `allow`"
            );
            ::esteira::manifest::Item {
                id: ::esteira::__private::text(
                    ::core::concat!(::core::module_path!(), "::", "export_stock"),
                ),
                at: ::esteira::__private::location(
                    ::core::env!("CARGO_PKG_NAME"),
                    ::core::file!(),
                    6u32,
                ),
                kind: ::esteira::manifest::Kind::Handler(::esteira::manifest::Handler {
                    function: ::esteira::__private::text("ExportStock"),
                    entry: ::esteira::__private::text(
                        ::esteira::__symbol!("export_stock"),
                    ),
                    trigger: ::esteira::manifest::Trigger::Event(::esteira::manifest::EventTrigger {
                        bus: ::esteira::__private::text(
                            ::esteira::__private::event::<OrderPlaced>().bus,
                        ),
                        event: {
                            ::esteira::__private::same::<OrderPlaced, OrderPlaced>();
                            ::esteira::__private::optional_text(
                                ::core::option::Option::Some(
                                    ::esteira::__private::event::<OrderPlaced>().id,
                                ),
                            )
                        },
                        pattern: ::esteira::manifest::Json::Object(
                            ::esteira::__private::Borrowed(
                                &[
                                    (
                                        ::esteira::__private::text("source"),
                                        ::esteira::manifest::Json::Array(
                                            ::esteira::__private::Borrowed(
                                                &[
                                                    ::esteira::manifest::Json::Text(
                                                        ::esteira::__private::text(
                                                            ::esteira::__private::event::<OrderPlaced>().source,
                                                        ),
                                                    ),
                                                ],
                                            ),
                                        ),
                                    ),
                                    (
                                        ::esteira::__private::text("detail-type"),
                                        ::esteira::manifest::Json::Array(
                                            ::esteira::__private::Borrowed(
                                                &[
                                                    ::esteira::manifest::Json::Text(
                                                        ::esteira::__private::text(
                                                            ::esteira::__private::event::<OrderPlaced>().detail_type,
                                                        ),
                                                    ),
                                                ],
                                            ),
                                        ),
                                    ),
                                ],
                            ),
                        ),
                        delivery: ::esteira::manifest::Retry {
                            attempts: 185u32,
                            max_age: 86400u32,
                        },
                        retry: ::esteira::manifest::Retry {
                            attempts: 2u32,
                            max_age: 21600u32,
                        },
                    }),
                    parameters: ::esteira::__private::Borrowed(
                        &[
                            ::esteira::manifest::Parameter {
                                name: ::esteira::__private::text("order"),
                                at: ::esteira::__private::location(
                                    ::core::env!("CARGO_PKG_NAME"),
                                    ::core::file!(),
                                    6u32,
                                ),
                                role: ::esteira::manifest::Role::Input,
                            },
                            ::esteira::manifest::Parameter {
                                name: ::esteira::__private::text("stock"),
                                at: ::esteira::__private::location(
                                    ::core::env!("CARGO_PKG_NAME"),
                                    ::core::file!(),
                                    6u32,
                                ),
                                role: <Update<Stock> as ::esteira::__private::Allowed>::ROLE,
                            },
                            ::esteira::manifest::Parameter {
                                name: ::esteira::__private::text("s3"),
                                at: ::esteira::__private::location(
                                    ::core::env!("CARGO_PKG_NAME"),
                                    ::core::file!(),
                                    6u32,
                                ),
                                role: <Raw<Photos> as ::esteira::__private::Allowed>::ROLE,
                            },
                        ],
                    ),
                    memory: 256u32,
                    timeout: 30u32,
                    architecture: ::core::option::Option::None,
                    environment: ::esteira::__private::Borrowed(&[]),
                    vpc: ::core::option::Option::None,
                    reserved_concurrency: ::core::option::Option::None,
                    allows: ::esteira::__private::Borrowed(
                        &[
                            ::esteira::manifest::Allow {
                                at: ::esteira::__private::location(
                                    ::core::env!("CARGO_PKG_NAME"),
                                    ::core::file!(),
                                    3u32,
                                ),
                                actions: ::esteira::__private::Borrowed(
                                    &[
                                        ::esteira::__private::text("dynamodb:Scan"),
                                        ::esteira::__private::text("dynamodb:BatchGetItem"),
                                    ],
                                ),
                                on: ::esteira::manifest::On::Resource(
                                    ::esteira::__private::text(
                                        <Stock as ::esteira::Resource>::RESOURCE,
                                    ),
                                ),
                            },
                            ::esteira::manifest::Allow {
                                at: ::esteira::__private::location(
                                    ::core::env!("CARGO_PKG_NAME"),
                                    ::core::file!(),
                                    4u32,
                                ),
                                actions: ::esteira::__private::Borrowed(
                                    &[::esteira::__private::text("s3:GetObject")],
                                ),
                                on: ::esteira::manifest::On::Arn(
                                    ::esteira::__private::text("arn:aws:s3:::photos/*"),
                                ),
                            },
                        ],
                    ),
                    idempotent: ::core::option::Option::None,
                    input: ::core::option::Option::None,
                }),
            }
        };
        type Input = OrderPlaced;
        type Parameters = (Update<Stock>, Raw<Photos>);
        type Guard = ();
        async fn call(
            __argument: Self::Input,
            (__parameter_0, __parameter_1): Self::Parameters,
        ) -> ::esteira::Result<()> {
            let __outcome: Result<()> = export_stock(
                    __argument,
                    __parameter_0,
                    __parameter_1,
                )
                .await;
            <Result<()> as ::esteira::__private::Outcome>::into_result(__outcome)
        }
    }
    ::esteira::__register!(
        < __Handler as ::esteira::__private::Handler > ::ITEM, < __Handler as
        ::esteira::__private::Handler > ::Input
    );
    ::esteira::__entry!(event, __Handler, "export_stock");
    let _ = export_stock;
};
