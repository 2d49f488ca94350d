//! What can be wrong with a database, each with what to do about it.

use std::fmt;

use super::position::Position;

/// Why changes cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The URL is none of a MySQL server.
    Url {
        /// As it was given, without a password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server is not reached, or does not let us in.
    Unreachable {
        /// Host and port.
        address: String,
        /// What the server or the network says.
        reason: String,
    },
    /// The connection broke. A [`Source`](super::Source) makes it again by itself.
    Lost {
        /// What the server or the network says.
        reason: String,
    },
    /// The server is not set up for its changes to be read: one line each, with what to set.
    Settings {
        /// Host and port.
        address: String,
        /// What is wrong, and what to do.
        problems: Vec<String>,
    },
    /// The server no longer has the part of the binlog that is asked for.
    Gone {
        /// Where reading should have gone on.
        position: Position,
        /// What the server says.
        reason: String,
    },
    /// A captured table is not there, or is not as the binlog has it.
    Table {
        /// `schema.table`.
        table: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// Something in the binlog cannot be read.
    Unreadable {
        /// The transaction that it is in.
        position: Position,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A statement of a schema is refused.
    Sql {
        /// The file, with its line where that is known, or the table that is made from a type.
        place: String,
        /// What the server says.
        reason: String,
    },
    /// A server of our own does not start.
    Server {
        /// What is wrong, and what to do.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Url { url, reason } => write!(
                f,
                "`{url}` is no URL of a database: {reason}; write \
                 `mysql://user:password@127.0.0.1:3306/database`"
            ),
            Error::Unreachable { address, reason } => {
                write!(f, "cannot connect to the database at {address}: {reason}")
            }
            Error::Lost { reason } => write!(f, "lost the connection to the database: {reason}"),
            Error::Settings { address, problems } => {
                write!(f, "changes of the database at {address} cannot be captured:")?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
            Error::Gone { position, reason } => write!(
                f,
                "the database no longer has its binlog from {position} on ({reason}): what \
                 changed since then cannot be captured; forget the position to begin with what \
                 changes from now on, and keep the binlog longer (`binlog_expire_logs_seconds`) \
                 than the capture may stand still"
            ),
            Error::Table { table, reason } => write!(f, "table `{table}`: {reason}"),
            Error::Unreadable { position, reason } => {
                write!(f, "cannot read the binlog at {position}: {reason}")
            }
            Error::Sql { place, reason } => write!(f, "{place}: {reason}"),
            Error::Server { reason } => f.write_str(reason),
        }
    }
}

impl std::error::Error for Error {}
