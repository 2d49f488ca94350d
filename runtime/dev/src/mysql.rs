//! Change records from the binlog of MySQL or MariaDB, as the DMS task of a capture writes them.
//!
//! [`Source`] reads the binlog of a server; [`Server`] is a MariaDB of its own on this machine, for
//! whoever has none.
//!
//! # What is known of the records, and what is not
//!
//! The envelope, and how numbers, texts, bytes, dates and nulls are written, follow the user guide of
//! DMS and published records:
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html>,
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html>. Where these say
//! nothing, a form is chosen that the decoder of change records reads:
//!
//! - a column that a capture has written as a string holds the digits of its number, all of them;
//! - a `DECIMAL` that is not is a JSON number with its scale;
//! - `DATETIME(n)`, `TIMESTAMP(n)` and `TIME(n)` have `n` digits of a fraction;
//! - `BIT(n)` of more than one bit is bytes, and bytes are lower-case hexadecimal after `0x`;
//! - `SET` is its members with commas between them;
//! - the values of a primary key of several columns are joined by dots in the partition key;
//! - `transaction-id` is of the first event of a transaction, `stream-position` has the form of a
//!   checkpoint of DMS, and `commit-timestamp` is that of the first event, in whole seconds;
//! - a large object of text is cut between two characters;
//! - a deleted row has its large objects, a before image has none.

mod catalog;
mod charset;
mod column;
mod connection;
mod error;
mod log;
mod moment;
mod position;
mod record;
mod rows;
mod server;
mod source;
mod table;
mod value;

pub use error::Error;
pub use position::{NoPosition, Position};
pub use server::{Definition, Server};
pub use source::{Changes, Record, Source};
pub use table::TableSpec;
