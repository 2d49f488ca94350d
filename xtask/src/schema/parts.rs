//! The parts of a statement about a table that say something of its columns.
//!
//! Indexes and options of storage are left out before the parser sees them: MySQL has more of them
//! than it knows, and they matter to nobody here.

use std::borrow::Cow;

use super::{
    statements::Statement,
    tokens::{Token, first, lines, offset, tokens, words},
};

impl<'a> Statement<'a> {
    /// Of `CREATE TABLE`, the columns and constraints without indexes and options of storage, each
    /// on its line; all of a statement that has no such list, or takes its columns from a query.
    pub(super) fn definition(&self) -> Cow<'a, str> {
        let mut depth = 0;
        let mut open = 0;
        for (at, _) in tokens(self.text).filter(|(_, token)| *token == Token::Other) {
            match self.text.as_bytes()[at] {
                b'(' => {
                    open = if depth == 0 { at + 1 } else { open };
                    depth += 1;
                }
                b')' if depth == 1 => {
                    if words(&self.text[at..]).any(|word| word.eq_ignore_ascii_case("select")) {
                        break;
                    }
                    let (head, list) = (&self.text[..open], &self.text[open..at]);
                    let list = Statement { text: list, line: lines(head) };
                    let mut parts = list.listed();
                    parts.retain(|part| !part.is_an_index());
                    let mut sql = head.to_owned();
                    for part in &parts {
                        let above = part.line - lines(&sql);
                        sql.extend(
                            std::iter::repeat_n('\n', above as usize).chain(part.text.chars()),
                        );
                        sql.push(',');
                    }
                    return Cow::Owned(sql.trim_end_matches(',').to_owned() + ")");
                }
                b')' => depth -= 1,
                _ => {}
            }
        }
        Cow::Borrowed(self.text)
    }

    /// Whether this part of a definition is neither a column, nor the primary key, nor a check.
    fn is_an_index(&self) -> bool {
        const INDEX: [&str; 6] = ["INDEX", "KEY", "FULLTEXT", "SPATIAL", "UNIQUE", "FOREIGN"];
        let index = |word: &str| INDEX.iter().any(|known| word.eq_ignore_ascii_case(known));
        let mut words = words(self.text);
        match words.next() {
            Some(word) if word.eq_ignore_ascii_case("constraint") => words
                .take(2)
                .find(|word| {
                    ["primary", "check"].iter().any(|kind| word.eq_ignore_ascii_case(kind))
                        || index(word)
                })
                .is_some_and(index),
            Some(word) => self.text.starts_with(word) && index(word),
            None => false,
        }
    }

    /// Of `ALTER TABLE`, each change as a statement of its own: what the parser cannot read of one
    /// then hides none of the others. None if this is no such statement.
    pub(super) fn changes(&self) -> Option<Vec<Change>> {
        let mut words = words(self.text);
        words.next().filter(|verb| verb.eq_ignore_ascii_case("alter"))?;
        let table = words.find(|word| word.eq_ignore_ascii_case("table"))?;
        let after = offset(self.text, table) + table.len();
        let mut end = after;
        for (at, token) in tokens(&self.text[after..]) {
            match token {
                Token::Nothing => continue,
                Token::Word(word)
                    if ["if", "exists"].iter().any(|w| word.eq_ignore_ascii_case(w)) => {}
                // The name, the dot and the name after it, and then the first change.
                Token::Word(_) | Token::Name(_) if !names_on(&self.text[after..end]) => break,
                _ => {}
            }
            let (_, length) = first(&self.text[after + at..]);
            end = after + at + length;
        }
        let list =
            Statement { text: &self.text[end..], line: self.line + lines(&self.text[..end]) };
        let name = self.text[after..end].split_whitespace().collect::<Vec<_>>().join(" ");
        Some(list.listed().into_iter().flat_map(|change| change.of(&name)).collect())
    }

    /// The parts between commas that are in no parentheses.
    fn listed(&self) -> Vec<Statement<'a>> {
        let mut parts = Vec::new();
        let (mut depth, mut start) = (0, None);
        let mut end = |start: &mut Option<usize>, at: usize| {
            if let Some(start) = start.take() {
                let line = self.line + lines(&self.text[..start]);
                parts.push(Statement { text: self.text[start..at].trim_end(), line });
            }
        };
        for (at, token) in tokens(self.text) {
            match (token, self.text.as_bytes()[at]) {
                (Token::Nothing, _) => continue,
                (Token::Other, b'(') => depth += 1,
                (Token::Other, b')') => depth -= 1,
                (Token::Other, b',') if depth == 0 => {
                    end(&mut start, at);
                    continue;
                }
                _ => {}
            }
            start.get_or_insert(at);
        }
        end(&mut start, self.text.len());
        parts
    }

    /// One of the changes to a table; several of `ADD (a …, b …)`.
    fn of(self, table: &str) -> Vec<Change> {
        let written = words(self.text).take(2).map(str::to_ascii_uppercase).collect::<Vec<_>>();
        let written: Vec<_> = written.iter().map(String::as_str).collect();
        let change = |sql: &str, line| Change { sql: format!("ALTER TABLE {table} {sql}"), line };
        let after = |word: usize| {
            let word = words(self.text).nth(word).unwrap_or_default();
            &self.text[offset(self.text, word) + word.len()..]
        };
        match written[..] {
            ["ADD", "INDEX" | "KEY" | "UNIQUE" | "FULLTEXT" | "SPATIAL" | "PARTITION"]
            | ["DROP", "INDEX" | "KEY" | "FOREIGN" | "PARTITION"]
            | ["RENAME" | "ALTER", "INDEX" | "KEY"]
            | [
                "ENGINE" | "CONVERT" | "DEFAULT" | "CHARSET" | "CHARACTER" | "COLLATE" | "COMMENT"
                | "AUTO_INCREMENT" | "ROW_FORMAT" | "KEY_BLOCK_SIZE" | "FORCE" | "ORDER"
                | "ALGORITHM" | "LOCK" | "ENABLE" | "DISABLE" | "PARTITION" | "REMOVE" | "TRUNCATE"
                | "COALESCE" | "REORGANIZE" | "EXCHANGE" | "ANALYZE" | "CHECK" | "OPTIMIZE"
                | "REBUILD" | "REPAIR" | "STATS_PERSISTENT" | "WITH" | "WITHOUT" | "DISCARD"
                | "IMPORT",
                ..,
            ] => Vec::new(),
            ["DROP", "CHECK"] => vec![change(&format!("DROP CONSTRAINT{}", after(1)), self.line)],
            ["RENAME", "COLUMN" | "TO" | "AS"] => vec![change(self.text, self.line)],
            ["RENAME", ..] => vec![change(&format!("RENAME TO{}", after(0)), self.line)],
            ["ADD", ..] if self.columns().is_some() => {
                let columns = self.columns().into_iter().flat_map(|list| list.listed());
                columns.map(|one| change(&format!("ADD {}", one.text), one.line)).collect()
            }
            _ => vec![change(self.text, self.line)],
        }
    }

    /// What is in the parentheses of `ADD (a …, b …)`.
    fn columns(&self) -> Option<Statement<'a>> {
        let mut words = words(self.text);
        let add = words.next()?;
        let column = words.next().filter(|word| word.eq_ignore_ascii_case("column"));
        let before = column.unwrap_or(add);
        let after = offset(self.text, before) + before.len();
        let (open, _) = tokens(&self.text[after..]).find(|(_, t)| *t != Token::Nothing)?;
        let inside = self.text[after + open..].strip_prefix('(')?.strip_suffix(')')?;
        let line = self.line + lines(&self.text[..offset(self.text, inside)]);
        Some(Statement { text: inside, line })
    }
}

/// One change of an `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The change as a statement of its own, whose first line is that of the change.
    pub(super) sql: String,
    pub(super) line: u32,
}

/// Whether what stands before a name is such that the name is still the table's.
fn names_on(before: &str) -> bool {
    match tokens(before).filter(|(_, token)| *token != Token::Nothing).last() {
        None => true,
        Some((_, Token::Word(word))) => {
            ["if", "exists"].iter().any(|known| word.eq_ignore_ascii_case(known))
        }
        Some((at, token)) => token == Token::Other && before.as_bytes()[at] == b'.',
    }
}

/// A statement with what the parser does not know said in words that it does.
pub(super) fn spelt(sql: &str) -> String {
    let mut spelt = String::with_capacity(sql.len());
    let mut before = String::new();
    for (at, token) in tokens(sql) {
        let (_, length) = first(&sql[at..]);
        let text = &sql[at..at + length];
        if token == Token::Nothing {
            spelt.push_str(text);
            continue;
        }
        let upper = text.to_ascii_uppercase();
        // After a type: a column may be called so.
        let typed = [")", "TEXT", "CHAR"].iter().any(|end| before.ends_with(end));
        spelt.push_str(match upper.as_str() {
            "CHARSET" if typed => "CHARACTER SET",
            "TABLES" if before == "DROP" || before == "RENAME" => "TABLE",
            _ => text,
        });
        before = upper;
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_definition_says_of_indexes_and_storage_is_left_out() {
        let cut = |text| Statement { text, line: 9 }.definition();
        assert_eq!(
            cut(
                "CREATE TABLE a (\n b DECIMAL(1,2),\n KEY (b) INVISIBLE,\n c ENUM(')')) ENGINE = x"
            ),
            "CREATE TABLE a (\nb DECIMAL(1,2),\n\nc ENUM(')'))"
        );
        for (left_out, part) in [
            (true, "constraint `c` foreign key (b) references x (y)"),
            (true, "CONSTRAINT c UNIQUE (b)"),
            (true, "fulltext key (b) WITH PARSER ngram"),
            (false, "CONSTRAINT c PRIMARY KEY (b)"),
            (false, "CONSTRAINT PRIMARY KEY (b)"),
            (false, "CONSTRAINT c CHECK (b > unique_)"),
            (false, "`key` INT"),
        ] {
            assert_eq!(Statement { text: part, line: 1 }.is_an_index(), left_out, "{part}");
        }
        for whole in
            ["CREATE TABLE a (b INT) AS SELECT 1", "CREATE TABLE a LIKE b", "CREATE TABLE a (b"]
        {
            assert_eq!(cut(whole), whole);
        }
    }

    #[test]
    fn what_the_parser_does_not_know_is_spelt_in_full() {
        for (written, full) in [
            ("a VARCHAR(5) charset utf8", "a VARCHAR(5) CHARACTER SET utf8"),
            ("charset TEXT CHARSET /* x */ utf8", "charset TEXT CHARACTER SET /* x */ utf8"),
            ("ADD COLUMN charset INT", "ADD COLUMN charset INT"),
            ("DROP TABLES a", "DROP TABLE a"),
            ("DROP TABLE tables", "DROP TABLE tables"),
        ] {
            assert_eq!(spelt(written), full);
        }
    }

    #[test]
    fn each_change_of_a_table_is_a_statement() {
        let changes = |text| {
            let changes = Statement { text, line: 7 }.changes().unwrap();
            changes.into_iter().map(|c| (c.sql, c.line)).collect::<Vec<_>>()
        };
        let sql = |sql: &str, line| (format!("ALTER TABLE {sql}"), line);
        assert_eq!(
            changes(
                "ALTER TABLE `a`.b -- x, y\n ADD c DECIMAL(1,2),\n DROP KEY k, engine = x,\n drop check d"
            ),
            [sql("`a`.b ADD c DECIMAL(1,2)", 8), sql("`a`.b DROP CONSTRAINT d", 10)]
        );
        assert_eq!(
            changes("alter ignore table if exists a add column (b INT,\n c INT), FORCE"),
            [sql("if exists a ADD b INT", 7), sql("if exists a ADD c INT", 8)]
        );
        assert_eq!(changes("ALTER TABLE a RENAME `b`"), [sql("a RENAME TO `b`", 7)]);
        assert_eq!(changes("ALTER TABLE a RENAME AS b"), [sql("a RENAME AS b", 7)]);
        // What the parser refuses is left to it.
        assert_eq!(
            changes("ALTER TABLE a ADD b INT, 🚚ADD c"),
            [sql("a ADD b INT", 7), sql("a 🚚ADD c", 7)]
        );
        assert!(changes("ALTER TABLE a").is_empty());
        assert_eq!(Statement { text: "DROP TABLE a", line: 1 }.changes(), None);
    }
}
