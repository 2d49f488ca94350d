#[on_event(
    rule = OrderPlaced,
    allow(actions("dynamodb:Scan", "dynamodb:BatchGetItem"), on = Stock),
    allow(actions("s3:GetObject"), on = "arn:aws:s3:::photos/*"),
)]
async fn export_stock(order: OrderPlaced, stock: Update<Stock>, s3: Raw<Photos>) -> Result<()> {
    todo!()
}
