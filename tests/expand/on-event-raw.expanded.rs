async fn any(_event: Value) -> Result<()> {
    body
}
const _: () = {
    struct __Handler;
    impl ::esteira::__private::Handler for __Handler {
        const ITEM: ::esteira::manifest::Item = ::esteira::manifest::Item {
            id: ::esteira::__private::text(
                ::core::concat!(::core::module_path!(), "::", "any"),
            ),
            at: ::esteira::__private::location(
                ::core::env!("CARGO_PKG_NAME"),
                ::core::file!(),
                2u32,
            ),
            kind: ::esteira::manifest::Kind::Handler(::esteira::manifest::Handler {
                function: ::esteira::__private::text("Any"),
                entry: ::esteira::__private::text(::esteira::__symbol!("any")),
                trigger: ::esteira::manifest::Trigger::Event(::esteira::manifest::EventTrigger {
                    bus: ::esteira::__private::text(<Shop as ::esteira::Bus>::ID),
                    event: {
                        ::esteira::__private::readable::<Value>();
                        ::esteira::__private::optional_text(::core::option::Option::None)
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
                                                    ::esteira::__private::text("aws.s3"),
                                                ),
                                            ],
                                        ),
                                    ),
                                ),
                                (
                                    ::esteira::__private::text("detail"),
                                    ::esteira::manifest::Json::Object(
                                        ::esteira::__private::Borrowed(
                                            &[
                                                (
                                                    ::esteira::__private::text("size"),
                                                    ::esteira::manifest::Json::Array(
                                                        ::esteira::__private::Borrowed(
                                                            &[
                                                                ::esteira::manifest::Json::Object(
                                                                    ::esteira::__private::Borrowed(
                                                                        &[
                                                                            (
                                                                                ::esteira::__private::text("numeric"),
                                                                                ::esteira::manifest::Json::Array(
                                                                                    ::esteira::__private::Borrowed(
                                                                                        &[
                                                                                            ::esteira::manifest::Json::Text(
                                                                                                ::esteira::__private::text("<"),
                                                                                            ),
                                                                                            ::esteira::manifest::Json::Number(1.5f64),
                                                                                        ],
                                                                                    ),
                                                                                ),
                                                                            ),
                                                                        ],
                                                                    ),
                                                                ),
                                                            ],
                                                        ),
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
                            name: ::esteira::__private::text("_event"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                2u32,
                            ),
                            role: ::esteira::manifest::Role::Input,
                        },
                    ],
                ),
                memory: 256u32,
                timeout: 30u32,
                architecture: ::core::option::Option::None,
                environment: ::esteira::__private::Borrowed(&[]),
                vpc: ::core::option::Option::None,
                reserved_concurrency: ::core::option::Option::None,
                allows: ::esteira::__private::Borrowed(&[]),
                idempotent: ::core::option::Option::None,
                input: ::core::option::Option::None,
            }),
        };
        type Input = Value;
        type Parameters = ();
        type Guard = ();
        async fn call(
            __argument: Self::Input,
            (): Self::Parameters,
        ) -> ::esteira::Result<()> {
            let __outcome: Result<()> = any(__argument).await;
            <Result<()> as ::esteira::__private::Outcome>::into_result(__outcome)
        }
    }
    ::esteira::__register!(
        < __Handler as ::esteira::__private::Handler > ::ITEM, < __Handler as
        ::esteira::__private::Handler > ::Input
    );
    ::esteira::__entry!(event, __Handler, "any");
    let _ = any;
};
