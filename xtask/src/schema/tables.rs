//! The tables that migrations leave behind.

use std::{path::Path, slice};

use sqlparser::{
    ast::{
        AlterTableOperation, ColumnDef, ColumnOption, CreateTable, CreateTableLikeKind, DataType,
        Expr, Ident, IndexColumn, ObjectName, ObjectType, RenameTableNameKind, TableConstraint,
    },
    dialect::MySqlDialect,
    parser::Parser,
};

use super::{
    check::Check,
    files::Sql,
    parts::spelt,
    statements::{Statement, split},
};
use crate::{diagnostic::Place, workspace::relative};

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// As first written, with its schema if that is.
    pub(super) name: String,
    pub(super) at: Place,
    pub(super) columns: Vec<Column>,
    /// The columns of the primary key.
    pub(super) key: Vec<String>,
    pub(super) checks: Vec<Check>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) sql: DataType,
    /// Unless it is of the primary key.
    nullable: bool,
    pub(super) at: Place,
}

/// A statement about tables that cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unread {
    pub(super) text: String,
    pub(super) at: Place,
    pub(super) why: String,
}

/// What migrations make of an empty database.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) tables: Vec<Table>,
    pub(super) unread: Vec<Unread>,
}

impl Tables {
    /// Runs migrations; places are told relative to `root`.
    pub(super) fn new(migrations: &[Sql], root: &Path) -> Self {
        let mut all = Self::default();
        for Sql { file, text, first_line } in migrations {
            let file = relative(root, file);
            for statement in split(text, *first_line) {
                if statement.is_about_a_table() {
                    all.run(statement, &file);
                }
            }
        }
        all
    }

    /// The table that a row names. A row that does not name the schema means one of the
    /// `databases`, or any if it is not known from which it comes.
    pub(super) fn get(&self, name: &str, databases: &[&str]) -> Option<&Table> {
        let (schema, table) = parts(name);
        let wanted = schema.as_ref().map_or(databases, slice::from_ref);
        let alike = || self.tables.iter().filter(move |other| parts(&other.name).1 == table);
        let of = |other: &&Table| parts(&other.name).0.is_some_and(|own| wanted.contains(&own));
        alike()
            .find(of)
            .or_else(|| alike().find(|other| parts(&other.name).0.is_none()))
            .or_else(|| alike().find(|_| wanted.is_empty()))
    }

    /// The table that a statement names: the one of that very name, or one of which only the one
    /// or the other says the schema.
    fn find(&self, name: &str) -> Option<usize> {
        let equal = self.tables.iter().position(|table| table.name == name);
        equal.or_else(|| self.tables.iter().position(|table| same(&table.name, name)))
    }

    /// The first statement about a table that cannot be read.
    pub(super) fn unread(&self, table: &str) -> Option<&Unread> {
        self.unread
            .iter()
            .find(|unread| Statement { text: &unread.text, line: 1 }.mentions(parts(table).1))
    }

    fn run(&mut self, statement: Statement<'_>, file: &str) {
        let Some(changes) = statement.changes() else {
            return self.apply(&statement.definition(), statement.text, statement.line, file);
        };
        for change in changes {
            // The whole of it, for it names the table.
            self.apply(&change.sql, &change.sql, change.line, file);
        }
    }

    fn apply(&mut self, sql: &str, text: &str, line: u32, file: &str) {
        let place = |name: &Ident| {
            let below = u32::try_from(name.span.start.line.saturating_sub(1)).unwrap_or(0);
            Place::new(file, line + below)
        };
        let done = Parser::parse_sql(&MySqlDialect {}, &spelt(sql))
            .map_err(|error| error.to_string().trim_start_matches("sql parser error: ").to_owned())
            .and_then(|parsed| parsed.into_iter().try_for_each(|one| self.execute(one, &place)));
        if let Err(why) = done {
            self.unread.push(Unread { text: text.to_owned(), at: Place::new(file, line), why });
        }
    }

    fn execute(
        &mut self,
        statement: sqlparser::ast::Statement,
        place: &impl Fn(&Ident) -> Place,
    ) -> Result<(), String> {
        use sqlparser::ast::Statement;
        match statement {
            Statement::CreateTable(create) => self.create(create, place),
            Statement::AlterTable(alter) => {
                let name = written(&alter.name);
                for operation in alter.operations {
                    match operation {
                        AlterTableOperation::RenameTable {
                            table_name: RenameTableNameKind::As(to) | RenameTableNameKind::To(to),
                        } => self.rename(&name, &to),
                        operation => {
                            if let Some(found) = self.find(&name) {
                                self.tables[found].alter(operation, place);
                            }
                        }
                    }
                }
                Ok(())
            }
            Statement::RenameTable(renames) => {
                renames.iter().for_each(|one| self.rename(&written(&one.old_name), &one.new_name));
                Ok(())
            }
            Statement::Drop { object_type: ObjectType::Table, names, .. } => {
                for name in names.iter().map(written) {
                    self.find(&name).map(|found| self.tables.remove(found));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn create(
        &mut self,
        create: CreateTable,
        place: &impl Fn(&Ident) -> Place,
    ) -> Result<(), String> {
        let name = written(&create.name);
        if create.if_not_exists && self.find(&name).is_some() {
            return Ok(());
        }
        if create.query.is_some() {
            return Err("its columns come from a query".to_owned());
        }
        let at = create.name.0.last().and_then(|part| part.as_ident());
        let at = at.map_or_else(|| place(&Ident::new("")), place);
        let mut table = Table { name, at, columns: vec![], key: vec![], checks: vec![] };
        if let Some(CreateTableLikeKind::Plain(like) | CreateTableLikeKind::Parenthesized(like)) =
            &create.like
        {
            let model = self.find(&written(&like.name)).ok_or("there is no table to be like")?;
            table = Table { name: table.name, at: table.at, ..self.tables[model].clone() };
        }
        create.columns.into_iter().for_each(|column| table.add(column, place));
        create.constraints.into_iter().for_each(|constraint| table.constrain(constraint));
        self.tables.retain(|other| other.name != table.name);
        self.tables.push(table);
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &ObjectName) {
        if let Some(found) = self.find(from) {
            self.tables[found].name = written(to);
        }
    }
}

impl Table {
    /// The column of a name, in the very letters of the record.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether a column may be null: the primary key never is.
    pub(super) fn may_be_null(&self, column: &Column) -> bool {
        column.nullable && !self.key.iter().any(|key| is(key, &column.name))
    }

    fn add(&mut self, definition: ColumnDef, place: &impl Fn(&Ident) -> Place) {
        let ColumnDef { name, data_type, options } = definition;
        let options = options.into_iter().map(|option| option.option).collect();
        let column = self.define(&name, data_type, options, place);
        self.columns.push(column);
    }

    /// A column, and what its options say of the table.
    fn define(
        &mut self,
        name: &Ident,
        sql: DataType,
        options: Vec<ColumnOption>,
        place: &impl Fn(&Ident) -> Place,
    ) -> Column {
        let serial = matches!(&sql, DataType::Custom(custom, _)
            if custom.to_string().eq_ignore_ascii_case("serial"));
        let mut nullable = !serial;
        for option in options {
            match option {
                ColumnOption::NotNull => nullable = false,
                ColumnOption::PrimaryKey(_) => self.key = vec![name.value.clone()],
                ColumnOption::Check(check) => self.checks.extend(Check::new(check)),
                _ => {}
            }
        }
        let sql = if serial { DataType::BigIntUnsigned(None) } else { sql };
        Column { name: name.value.clone(), sql, nullable, at: place(name) }
    }

    fn constrain(&mut self, constraint: TableConstraint) {
        match constraint {
            TableConstraint::PrimaryKey(key) => {
                self.key = key.columns.into_iter().filter_map(key_column).collect();
            }
            TableConstraint::Check(check) => self.checks.extend(Check::new(check)),
            _ => {}
        }
    }

    fn alter(&mut self, operation: AlterTableOperation, place: &impl Fn(&Ident) -> Place) {
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => self.add(column_def, place),
            AlterTableOperation::DropColumn { column_names, .. } => {
                for name in column_names {
                    self.columns.retain(|column| !is(&column.name, &name.value));
                    self.key.retain(|column| !is(column, &name.value));
                }
            }
            AlterTableOperation::ModifyColumn { col_name, data_type, options, .. } => {
                self.redefine(&col_name, &col_name, data_type, options, place);
            }
            AlterTableOperation::ChangeColumn {
                old_name, new_name, data_type, options, ..
            } => {
                self.redefine(&old_name, &new_name, data_type, options, place);
            }
            AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                self.rename(&old_column_name, &new_column_name, place(&new_column_name));
            }
            AlterTableOperation::AddConstraint { constraint, .. } => self.constrain(constraint),
            AlterTableOperation::DropPrimaryKey { .. } => self.drop_key(),
            AlterTableOperation::DropConstraint { name, .. } => {
                self.checks.retain(|check| !check.is_named(&name.value));
                if is(&name.value, "primary") {
                    self.drop_key();
                }
            }
            _ => {}
        }
    }

    /// Its columns stay what they became with it, `NOT NULL`.
    fn drop_key(&mut self) {
        let key = std::mem::take(&mut self.key);
        for column in &mut self.columns {
            column.nullable &= !key.iter().any(|name| is(name, &column.name));
        }
    }

    fn redefine(
        &mut self,
        from: &Ident,
        to: &Ident,
        sql: DataType,
        options: Vec<ColumnOption>,
        place: &impl Fn(&Ident) -> Place,
    ) {
        if self.columns.iter().any(|column| is(&column.name, &from.value)) {
            let defined = self.define(to, sql, options, place);
            self.rename(from, to, defined.at.clone());
            if let Some(column) = self.columns.iter_mut().find(|c| c.name == to.value) {
                *column = defined;
            }
        }
    }

    fn rename(&mut self, from: &Ident, to: &Ident, at: Place) {
        for column in self.columns.iter_mut().filter(|column| is(&column.name, &from.value)) {
            column.name.clone_from(&to.value);
            column.at = at.clone();
        }
        for column in self.key.iter_mut().filter(|column| is(column, &from.value)) {
            column.clone_from(&to.value);
        }
    }
}

/// The name of a column in an index, if it is one and no expression.
fn key_column(column: IndexColumn) -> Option<String> {
    match column.column.expr {
        Expr::Identifier(name) => Some(name.value),
        // With the length of a prefix: `name(10)`.
        Expr::Function(prefix) => Some(written(&prefix.name)),
        _ => None,
    }
}

/// A name as it is written, without quotes.
fn written(name: &ObjectName) -> String {
    let parts = name.0.iter().filter_map(|part| part.as_ident());
    parts.map(|part| part.value.as_str()).collect::<Vec<_>>().join(".")
}

/// MySQL compares names of columns without regard to case.
fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

/// Whether two names of tables may be of one: those without a schema are in any. On Aurora, case
/// tells tables apart.
///
/// <https://dev.mysql.com/doc/refman/8.0/en/identifier-case-sensitivity.html>
fn same(name: &str, other: &str) -> bool {
    let ((schema, table), (other_schema, other_table)) = (parts(name), parts(other));
    table == other_table && (schema.is_none() || other_schema.is_none() || schema == other_schema)
}

/// The schema of a table, if it is written, and its name.
fn parts(name: &str) -> (Option<&str>, &str) {
    name.split_once('.').map_or((None, name), |(schema, table)| (Some(schema), table))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(files: &[&str]) -> Tables {
        let sql = |(number, text): (usize, &&str)| Sql {
            file: format!("/w/m/{}.sql", number + 1).into(),
            text: (*text).to_owned(),
            first_line: 1,
        };
        let all: Vec<_> = files.iter().enumerate().map(sql).collect();
        Tables::new(&all, Path::new("/w"))
    }

    /// `name TYPE place` of each column, with `?` after the type of one that may be null.
    fn columns(tables: &Tables, table: &str) -> Vec<String> {
        let table = tables.get(table, &[]).expect(table);
        let column = |c: &Column| {
            format!("{} {}{} {}", c.name, c.sql, if c.nullable { "?" } else { "" }, c.at)
        };
        table.columns.iter().map(column).collect()
    }

    #[test]
    fn migrations_change_a_table_one_after_the_other() {
        let tables = tables(&[
            "CREATE TABLE pedidos (\n  id INT NOT NULL AUTO_INCREMENT,\n  a INT,\n  b INT,\n  \
             `c` VARCHAR(10) CHARSET ascii,\n  PRIMARY KEY (id),\n  KEY k (a)\n) ENGINE=InnoDB PARTITION BY HASH (id);",
            "ALTER TABLE pedidos\n  ADD d INT UNSIGNED NOT NULL AFTER a,\n  DROP COLUMN B,\n  \
             MODIFY a BIGINT NOT NULL,\n  ENGINE = x,\n  CHANGE c e TEXT,\n  RENAME COLUMN id TO numero;\n\
             ALTER TABLE pedidos DROP PRIMARY KEY, ADD PRIMARY KEY (numero, e(10));",
        ]);
        assert_eq!(
            columns(&tables, "pedidos"),
            [
                "numero INT m/2.sql:7",
                "a BIGINT m/2.sql:4",
                "e TEXT? m/2.sql:6",
                "d INT UNSIGNED m/2.sql:2",
            ]
        );
        assert_eq!(tables.get("pedidos", &[]).unwrap().key, ["numero", "e"]);
        assert_eq!(tables.unread, []);
    }

    #[test]
    fn tables_are_made_renamed_copied_and_dropped() {
        let tables = tables(&[
            "CREATE TABLE loja.a (x INT PRIMARY KEY);\nCREATE TABLE IF NOT EXISTS a (y INT);\n\
             CREATE TABLE b LIKE a; RENAME TABLE a TO c;\nDROP TABLES IF EXISTS d;\n\
             CREATE TABLE e (x SERIAL); ALTER TABLE e RENAME TO f;\nCREATE TABLE g (x INT);\n\
             DROP TABLE g; CREATE TEMPORARY TABLE h (x INT);",
        ]);
        let names: Vec<_> = tables.tables.iter().map(|t| format!("{} {}", t.name, t.at)).collect();
        assert_eq!(names, ["c m/1.sql:1", "b m/1.sql:3", "f m/1.sql:5"]);
        assert_eq!(tables.get("b", &[]).unwrap().key, ["x"]);
        assert_eq!(columns(&tables, "f"), ["x BIGINT UNSIGNED m/1.sql:5"]);
    }

    #[test]
    fn a_schema_is_compared_where_both_have_one() {
        let tables = tables(&["CREATE TABLE s.a (x INT); CREATE TABLE r.a (y INT);"]);
        let get = |name: &str, databases: &[&str]| {
            tables.get(name, databases).map(|table| table.name.as_str())
        };
        assert_eq!(get("a", &[]), Some("s.a"));
        assert_eq!(get("r.a", &["s"]), Some("r.a"));
        assert_eq!(get("t.a", &[]), None);
        // What a capture says of a row, the row need not say.
        assert_eq!(get("a", &["r"]), Some("r.a"));
        assert_eq!(get("a", &["t"]), None);
    }

    #[test]
    fn case_tells_tables_apart() {
        let tables = tables(&[
            "CREATE TABLE a (x INT); CREATE TABLE A (y INT); ALTER TABLE A ADD z INT; DROP TABLE a;",
        ]);
        assert_eq!(columns(&tables, "A"), ["y INT? m/1.sql:1", "z INT? m/1.sql:1"]);
        assert!(tables.get("a", &[]).is_none());
    }

    #[test]
    fn a_statement_means_the_table_of_the_very_name_first() {
        let tables = tables(&[
            "CREATE TABLE s.a (x INT); CREATE TABLE a (y INT); ALTER TABLE a ADD z INT;\nDROP TABLE a;",
        ]);
        assert_eq!(columns(&tables, "s.a"), ["x INT? m/1.sql:1"]);
        assert_eq!(tables.tables.len(), 1);
    }

    #[test]
    fn what_was_of_a_primary_key_stays_not_null() {
        let sql =
            "CREATE TABLE a (x INT, y INT, PRIMARY KEY (x));\nALTER TABLE a DROP PRIMARY KEY;";
        for sql in [sql, &sql.replace("PRIMARY KEY;", "CONSTRAINT `PRIMARY`;")] {
            let tables = tables(&[sql]);
            assert_eq!(columns(&tables, "a"), ["x INT m/1.sql:1", "y INT? m/1.sql:1"]);
            assert!(tables.get("a", &[]).unwrap().key.is_empty());
        }
    }

    #[test]
    fn what_cannot_be_read_is_kept_with_its_line_and_hides_nothing() {
        let tables = tables(&[
            "CREATE TABLE a (x NATIONAL VARCHAR(5));\nCREATE TABLE b (x INT);\n\
             CREATE TABLE c AS SELECT 1;\nALTER TABLE b\n ADD y INT,\n FROBNICATE z,\n ADD w INT;",
        ]);
        let place = |table: &str| tables.unread(table).map(|u| u.at.to_string());
        assert_eq!(place("a").as_deref(), Some("m/1.sql:1"));
        assert_eq!(place("loja.b").as_deref(), Some("m/1.sql:6"));
        assert_eq!(tables.unread("c").unwrap().why, "its columns come from a query");
        assert_eq!(place("d"), None);
        let names: Vec<_> = tables.get("b", &[]).unwrap().columns.iter().map(|c| &c.name).collect();
        assert_eq!(names, ["x", "y", "w"]);
    }

    #[test]
    fn a_text_that_ends_anywhere_is_no_reason_to_panic() {
        let text = "DELIMITER ;;\nCREATE TABLE IF NOT EXISTS `a``b`.é (\n x ENUM('a','\\'') CHARSET \
                    utf8, /* y */ CHECK ((LENGTH(x) < 5))) -- z\n;;ALTER TABLE a.b ADD COLUMN \
                    (c INT, d DECIMAL(1,2)), RENAME `e`, DROP CHECK f))), ADD ((;;DROP TABLES ,";
        for (end, _) in text.char_indices() {
            tables(&[&text[..end]]);
            tables(&[&text[end..]]);
        }
    }

    #[test]
    fn a_text_of_anything_in_any_order_is_no_reason_to_panic() {
        const STARTS: [&str; 5] = [
            "",
            "CREATE TABLE a (b INT",
            "CREATE TABLE a (b INT CHECK (LENGTH(",
            "ALTER TABLE a ADD ",
            "ALTER TABLE a RENAME ",
        ];
        const PARTS: &str = "CREATE TABLE TABLES ALTER ADD DROP COLUMN MODIFY CHANGE RENAME TO AS IF \
            EXISTS NOT NULL DEFAULT CHECK ENFORCED CONSTRAINT PRIMARY UNIQUE KEY INDEX LIKE SELECT \
            FIRST AFTER PARTITION ENGINE CHARSET COLLATE GENERATED AND CASE END BEGIN TRIGGER \
            DELIMITER INT DECIMAL(1,2) ENUM('') TEXT a `b` 'c' \"d\" é 🚚 1 2.5 1e9 0x1 \
            99999999999999999999999 ( ) , ; . ' \" ` \\ -- # /* */ /*! /*!80023 + - * / = < > <= && \
            || ! ~ @@ ? $$ : \u{0} \u{a0}";
        let parts: Vec<_> = PARTS.split(' ').collect();
        // Xorshift: the same texts every time.
        let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut below = |count: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % count as u64) as usize
        };
        for _ in 0..5_000 {
            let mut text = STARTS[below(STARTS.len())].to_owned();
            for _ in 0..below(30) {
                text += parts[below(parts.len())];
                text += ["", " ", " ", "\n"][below(4)];
            }
            tables(&[&text]);
        }
    }

    #[test]
    fn what_is_nested_without_end_is_unread() {
        let unread = |open: &str| {
            let text = format!("CREATE TABLE a (b INT CHECK ({}", open.repeat(10_000));
            tables(&[&text]).unread("a").is_some()
        };
        let all = move || {
            ["(", "NOT ", "f(", "CASE WHEN ", "(SELECT ", "CAST("]
                .iter()
                .for_each(|open| assert!(unread(open), "{open}"));
        };
        // The stack of a main thread: a test's own is too small for the parser's fifty levels.
        std::thread::Builder::new().stack_size(8 << 20).spawn(all).unwrap().join().unwrap();
    }
}
