#[on_event(rule = raw(Shop, { "source": ["aws.s3"], "detail": { "size": [{ "numeric": ["<", 1.5] }] } }), name = "Any")]
async fn any(_event: Value) -> Result<()> {
    body
}
