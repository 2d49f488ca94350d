//! What the database says of its tables, where the binlog does not.

use std::collections::HashMap;

use mysql_async::Conn;
use mysql_async::binlog::events::TableMapEvent;
use mysql_async::prelude::Queryable;

use super::charset::Charset;
use super::column::{Details, columns, fits, members, told};
use super::connection::{Address, lost};
use super::error::Error;

const COLUMNS: &str =
    "SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME FROM information_schema.COLUMNS";

/// `lower_case_table_names` may have changed the case of a name.
const ANY_CASE: &str = "LOWER(TABLE_SCHEMA) = LOWER(?) AND LOWER(TABLE_NAME) = LOWER(?)";

/// A column as `information_schema` has it.
#[derive(Debug, Clone)]
struct Column {
    details: Details,
    /// Such as `int(10) unsigned`.
    sql: String,
}

/// A connection that asks for definitions of tables, and what it was told.
#[derive(Debug)]
pub(super) struct Catalog {
    address: Address,
    conn: Option<Conn>,
    /// By the numbers of their collations.
    charsets: HashMap<u16, Charset>,
    /// By schema and table, until something is altered.
    tables: HashMap<(String, String), Vec<Column>>,
}

impl Catalog {
    pub(super) fn new(address: Address) -> Self {
        Self { address, conn: None, charsets: HashMap::new(), tables: HashMap::new() }
    }

    /// Learns the collations, through a connection that is kept.
    pub(super) async fn begin(&mut self, mut conn: Conn) -> Result<(), Error> {
        // MariaDB has some collations without a number: those of all character sets.
        let known: Vec<(u16, String)> = conn
            .query("SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATIONS WHERE ID > 0 AND CHARACTER_SET_NAME IS NOT NULL")
            .await
            .map_err(|error| lost(&error))?;
        self.charsets = known.into_iter().map(|(id, name)| (id, Charset::named(&name))).collect();
        self.conn = Some(conn);
        Ok(())
    }

    /// Whether the database has a table that its user may read.
    pub(super) async fn has(&mut self, schema: &str, table: &str) -> Result<bool, Error> {
        Ok(!self.columns(schema, table).await?.is_empty())
    }

    /// Forgets what it was told, as a table may have been altered.
    pub(super) fn forget(&mut self) {
        self.tables.clear();
    }

    /// What a table map says of its columns by itself.
    pub(super) fn told(&self, map: &TableMapEvent<'_>) -> Option<Vec<Details>> {
        // Those without a number here are of MariaDB, in utf8mb4 unless they are chosen otherwise.
        told(map, |id| self.charsets.get(&id).copied().unwrap_or_default())
    }

    /// The columns of a table map as the database has them now.
    ///
    /// # Errors
    ///
    /// The table is another by now, and nothing says what it was.
    pub(super) async fn details(&mut self, map: &TableMapEvent<'_>) -> Result<Vec<Details>, Error> {
        let (schema, table) = (map.database_name(), map.table_name());
        let count = columns(map);
        let columns = self.columns(&schema, &table).await?;
        let alike = columns.iter().enumerate().take(count).all(|(at, column)| {
            let of = map.get_column_type(at).ok().flatten();
            of.is_none_or(|of| fits(&column.sql, of))
        });
        // One that was added at the end since is in none of these rows.
        if columns.len() < count || !alike {
            return Err(Error::Table {
                table: format!("{schema}.{table}"),
                reason: format!(
                    "it was altered, and the binlog from before that ({count} columns, {} now) does \
                     not say how the columns were called: forget the position to begin with what \
                     changes from now on, and `SET GLOBAL binlog_row_metadata = 'FULL'` to read \
                     across the next change",
                    columns.len()
                ),
            });
        }
        Ok(columns.into_iter().take(count).map(|column| column.details).collect())
    }

    async fn columns(&mut self, schema: &str, table: &str) -> Result<Vec<Column>, Error> {
        let name = (schema.to_owned(), table.to_owned());
        if let Some(known) = self.tables.get(&name) {
            return Ok(known.clone());
        }
        let columns = match self.ask(schema, table).await {
            // The connection may have been closed for being idle.
            Err(Error::Lost { .. }) => {
                self.conn = None;
                self.ask(schema, table).await?
            }
            answer => answer?,
        };
        self.tables.insert(name, columns.clone());
        Ok(columns)
    }

    async fn ask(&mut self, schema: &str, table: &str) -> Result<Vec<Column>, Error> {
        if self.conn.is_none() {
            self.conn = Some(self.address.connect().await?);
        }
        let Some(conn) = &mut self.conn else { return Ok(Vec::new()) };
        // Two tables whose names differ in their case alone are two on most systems.
        for same in ["TABLE_SCHEMA = ? AND TABLE_NAME = ?", ANY_CASE] {
            let rows: Vec<(String, String, Option<String>)> = conn
                .exec(format!("{COLUMNS} WHERE {same} ORDER BY ORDINAL_POSITION"), (schema, table))
                .await
                .map_err(|error| lost(&error))?;
            if !rows.is_empty() {
                return Ok(rows.into_iter().map(Column::new).collect());
            }
        }
        Ok(Vec::new())
    }
}

impl Column {
    fn new((name, sql, charset): (String, String, Option<String>)) -> Self {
        let charset = charset.map_or(Charset::Binary, |name| Charset::named(&name));
        let unsigned = sql.contains(" unsigned");
        Self { details: Details { name, unsigned, charset, members: members(&sql) }, sql }
    }
}
