pub(crate) async fn process_order(
    change: Change<Order>,
    placed: Publish<OrderPlaced>,
    ctx: Context,
) -> Result<()> {
    body
}
const _: () = {
    struct __Handler;
    impl ::esteira::__private::Handler for __Handler {
        const ITEM: ::esteira::manifest::Item = ::esteira::manifest::Item {
            id: ::esteira::__private::text(
                ::core::concat!(::core::module_path!(), "::", "process_order"),
            ),
            at: ::esteira::__private::location(
                ::core::env!("CARGO_PKG_NAME"),
                ::core::file!(),
                2u32,
            ),
            kind: ::esteira::manifest::Kind::Handler(::esteira::manifest::Handler {
                function: ::esteira::__private::text("ProcessOrder"),
                entry: ::esteira::__private::text(::esteira::__symbol!("process_order")),
                trigger: ::esteira::manifest::Trigger::Kinesis(::esteira::manifest::KinesisTrigger {
                    stream: ::esteira::__private::text(
                        <infra::Orders as ::esteira::Stream>::ID,
                    ),
                    batch_size: 500u32,
                    row: ::esteira::__private::optional_text(
                        <Change<Order> as ::esteira::Record>::ROW,
                    ),
                    batching_window: 0u32,
                    parallelization: 1u32,
                    concurrency: 10u32,
                    starting_position: ::esteira::manifest::StartingPosition::Latest,
                    retry: ::esteira::manifest::Retry {
                        attempts: 10u32,
                        max_age: 86400u32,
                    },
                }),
                parameters: ::esteira::__private::Borrowed(
                    &[
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("change"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                2u32,
                            ),
                            role: ::esteira::manifest::Role::Input,
                        },
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("placed"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                2u32,
                            ),
                            role: <Publish<OrderPlaced> as ::esteira::Parameter>::ROLE,
                        },
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("ctx"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                2u32,
                            ),
                            role: <Context as ::esteira::Parameter>::ROLE,
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
        type Input = Change<Order>;
        type Parameters = (Publish<OrderPlaced>, Context);
        type Guard = ();
        async fn call(
            __argument: Self::Input,
            (__parameter_0, __parameter_1): Self::Parameters,
        ) -> ::esteira::Result<()> {
            let __outcome: Result<()> = process_order(
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
    ::esteira::__entry!(kinesis, __Handler, "process_order");
    let _ = process_order;
};
