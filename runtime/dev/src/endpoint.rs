//! An endpoint on this machine that speaks the protocols of AWS.
//!
//! Built functions and the `aws` command line talk to it as they would to AWS, with
//! `AWS_ENDPOINT_URL` or `--endpoint-url`. It serves the data plane of a pipeline: Kinesis,
//! EventBridge, DynamoDB, SNS, SQS and S3, and STS for those who ask who they are. What there is
//! and what becomes of it is the matter of a [`Backend`]; [`local`] has a plain one.
//!
//! - **Signatures are not verified.** The access key id of a request's signature says who calls,
//!   and the backend maps it to a principal. A request without one is the developer's.
//! - **Only this machine reaches it**: it listens on 127.0.0.1, and takes nothing from web pages.
//! - **What is not served is refused** with the name of what was asked for, and never ignored:
//!   creating resources, secondary indexes, the parameters of DynamoDB that expressions replaced,
//!   copies and multipart uploads. Only figures of consumed capacity are left out.
//! - **The protocols are what clients send today**: JSON to Kinesis, EventBridge, DynamoDB and SQS,
//!   forms to SNS and STS, and to SQS from older clients, and REST to S3, with the bucket in the
//!   path. No client of these services sends CBOR but those of Java to Kinesis, which can be told
//!   not to.

pub mod backend;
mod call;
mod caller;
mod dynamodb;
mod eventbridge;
mod failure;
mod guard;
mod json;
mod kinesis;
pub mod local;
mod query;
mod route;
mod s3;
mod server;
mod sns;
mod sqs;
mod sts;
mod time;
mod xml;

pub use backend::Backend;
pub use server::Endpoint;
