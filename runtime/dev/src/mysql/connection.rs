//! Connections to a server, and whether it lets its changes be read.

use std::collections::HashMap;
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Row};
use tokio::time::timeout;

use super::error::Error;
use super::position::Position;

/// How long a server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(10);

/// Codes of errors by which a server says that a user may not do something
/// (<https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>).
const NOT_ALLOWED: [u16; 4] = [1044, 1045, 1142, 1227];

/// Where a server is and how to sign in to it.
#[derive(Debug, Clone)]
pub(super) struct Address {
    opts: Opts,
    /// Host and port: what may be shown.
    pub(super) text: String,
}

impl Address {
    pub(super) fn new(url: &str) -> Result<Self, Error> {
        // The scheme of some tools, for the same protocol.
        let written = match url.strip_prefix("mariadb://") {
            Some(rest) => format!("mysql://{rest}"),
            None => url.to_owned(),
        };
        let opts = Opts::from_url(&written)
            .map_err(|error| Error::Url { url: hidden(url), reason: error.to_string() })?;
        let text = format!("{}:{}", opts.ip_or_hostname(), opts.tcp_port());
        // A socket is the way into a container for nobody.
        let opts = OptsBuilder::from_opts(opts).prefer_socket(false).tcp_nodelay(true).into();
        Ok(Self { opts, text })
    }

    pub(super) async fn connect(&self) -> Result<Conn, Error> {
        let unreachable = |reason| Error::Unreachable { address: self.text.clone(), reason };
        match timeout(PATIENCE, Conn::new(self.opts.clone())).await {
            Ok(Ok(conn)) => Ok(conn),
            Ok(Err(error)) => Err(unreachable(said(&error))),
            Err(_) => Err(unreachable(format!("it did not answer within {PATIENCE:?}"))),
        }
    }

    pub(super) fn settings(&self, problem: String) -> Error {
        Error::Settings { address: self.text.clone(), problems: vec![problem] }
    }
}

/// A URL whose password is not shown.
fn hidden(url: &str) -> String {
    let signed_in = url.split_once("://").and_then(|(scheme, rest)| {
        let (user, host) = rest.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}:***@{host}"))
    });
    signed_in.unwrap_or_else(|| url.to_owned())
}

/// What is wrong, in the words of the server or the network.
pub(super) fn said(error: &mysql_async::Error) -> String {
    match error {
        mysql_async::Error::Server(error) => error.message.clone(),
        mysql_async::Error::Io(mysql_async::IoError::Io(error)) => error.to_string(),
        other => other.to_string(),
    }
}

pub(super) fn lost(error: &mysql_async::Error) -> Error {
    Error::Lost { reason: said(error) }
}

/// Whether a server refuses because of who asks.
pub(super) fn is_refusal(error: &mysql_async::Error) -> bool {
    matches!(error, mysql_async::Error::Server(error) if NOT_ALLOWED.contains(&error.code))
}

/// Checks that the changes of a server can be read, and says where its binlog ends at present.
///
/// # Errors
///
/// Everything that has to be set, at once.
pub(super) async fn check(conn: &mut Conn, address: &Address) -> Result<Position, Error> {
    let variables: HashMap<String, String> = conn
        .query_map("SHOW GLOBAL VARIABLES WHERE Variable_name LIKE '%bin%log%' OR Variable_name LIKE 'log_bin%'", |pair: (String, String)| {
            (pair.0.to_lowercase(), pair.1)
        })
        .await
        .map_err(|error| lost(&error))?
        .into_iter()
        .collect();
    let mut problems = settings(&variables);
    let mut end = None;
    if is(&variables, "log_bin", "ON") {
        match status(conn).await {
            Ok(Some(position)) => end = Some(position),
            Ok(None) => problems.push("it does not say where its binlog ends".into()),
            Err(error) if is_refusal(&error) => problems.push(grant(&user(conn).await)),
            Err(error) => return Err(lost(&error)),
        }
    }
    match end {
        Some(position) if problems.is_empty() => Ok(position),
        _ => Err(Error::Settings { address: address.text.clone(), problems }),
    }
}

/// What has to be granted to read a binlog.
pub(super) fn grant(user: &str) -> String {
    format!(
        "{user} may not read the binlog: `GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO {user}`"
    )
}

/// Who is signed in, as SQL writes it.
pub(super) async fn user(conn: &mut Conn) -> String {
    let user: Option<String> = conn.query_first("SELECT CURRENT_USER()").await.ok().flatten();
    let quoted = user.as_deref().and_then(|user| user.rsplit_once('@'));
    quoted.map_or("the user".into(), |(name, host)| format!("'{name}'@'{host}'"))
}

fn is(variables: &HashMap<String, String>, name: &str, wanted: &str) -> bool {
    variables.get(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
}

fn settings(variables: &HashMap<String, String>) -> Vec<String> {
    if !is(variables, "log_bin", "ON") {
        return vec![
            "it writes no binlog: start it with `--log-bin --server-id=1 --binlog-format=ROW`, or \
             set `log_bin`, `server_id = 1` and `binlog_format = ROW` under `[mysqld]` in its \
             configuration and start it again"
                .into(),
        ];
    }
    let mut problems = Vec::new();
    for (name, wanted) in [("binlog_format", "ROW"), ("binlog_row_image", "FULL")] {
        if let Some(value) = variables.get(name).filter(|_| !is(variables, name, wanted)) {
            problems.push(format!(
                "`{name}` is {value}: `SET GLOBAL {name} = '{wanted}'`, and have whatever writes \
                 connect again"
            ));
        }
    }
    for name in ["log_bin_compress", "binlog_transaction_compression"] {
        if is(variables, name, "ON") {
            problems.push(format!(
                "`{name}` is on, which DMS does not read either: `SET GLOBAL {name} = OFF`"
            ));
        }
    }
    if let Some(value) = variables.get("binlog_row_value_options").filter(|it| !it.is_empty()) {
        problems.push(format!(
            "`binlog_row_value_options` is {value}: `SET GLOBAL binlog_row_value_options = ''`"
        ));
    }
    problems
}

/// Where the binlog ends. The statement has another name from MySQL 8.4 on.
async fn status(conn: &mut Conn) -> Result<Option<Position>, mysql_async::Error> {
    let row: Option<Row> = match conn.query_first("SHOW MASTER STATUS").await {
        Err(mysql_async::Error::Server(error)) if error.code == 1064 => {
            conn.query_first("SHOW BINARY LOG STATUS").await?
        }
        other => other?,
    };
    let position = row.and_then(|row| {
        let file: String = row.get_opt(0)?.ok()?;
        let offset: u64 = row.get_opt(1)?.ok()?;
        Some(Position::new(file, offset))
    });
    Ok(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(variables: &[(&str, &str)]) -> Vec<String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        settings(&variables.iter().map(owned).collect())
    }

    #[test]
    fn each_setting_that_loses_changes_is_told_with_its_remedy() {
        let good = [("log_bin", "ON"), ("binlog_format", "ROW"), ("binlog_row_image", "FULL")];
        assert!(problems(&good).is_empty());
        assert!(problems(&[("log_bin", "OFF")])[0].contains("--log-bin --server-id=1"));
        let bad = [
            ("log_bin", "ON"),
            ("binlog_format", "MIXED"),
            ("binlog_row_image", "MINIMAL"),
            ("log_bin_compress", "ON"),
            ("binlog_row_value_options", "PARTIAL_JSON"),
        ];
        let told = problems(&bad);
        assert_eq!(told.len(), 4, "{told:?}");
        for (told, remedy) in told.iter().zip([
            "`SET GLOBAL binlog_format = 'ROW'`",
            "`SET GLOBAL binlog_row_image = 'FULL'`",
            "`SET GLOBAL log_bin_compress = OFF`",
            "`SET GLOBAL binlog_row_value_options = ''`",
        ]) {
            assert!(told.contains(remedy), "{told}");
        }
    }

    #[test]
    fn a_url_is_refused_without_its_password() {
        for url in ["postgres://root:secret@127.0.0.1/shop", "mysql://root:secret@127.0.0.1:x/shop"]
        {
            let refusal = Address::new(url).unwrap_err().to_string();
            assert!(refusal.contains("root:***@127.0.0.1"), "{refusal}");
            assert!(!refusal.contains("secret"), "{refusal}");
        }
        assert_eq!(Address::new("mariadb://root@127.0.0.1:3307").unwrap().text, "127.0.0.1:3307");
    }
}
