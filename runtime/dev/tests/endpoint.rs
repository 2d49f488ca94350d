//! The endpoint by its wire: what is sent and what comes back, call by call.

#[path = "endpoint/dynamodb.rs"]
mod dynamodb;
#[path = "endpoint/eventbridge.rs"]
mod eventbridge;
#[path = "endpoint/kinesis.rs"]
mod kinesis;
#[path = "endpoint/s3.rs"]
mod s3;
#[path = "endpoint/server.rs"]
mod server;
#[path = "endpoint/sns.rs"]
mod sns;
#[path = "endpoint/sqs.rs"]
mod sqs;
#[path = "endpoint/stage.rs"]
mod stage;
#[path = "endpoint/transactions.rs"]
mod transactions;
