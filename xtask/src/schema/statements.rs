//! A text of SQL as statements, each with its line.
//!
//! Statements are told apart here, and not by the parser, so that one it cannot read hides none
//! of the others.

use super::tokens::{Token, first, lines, tokens, words};

/// One statement, from its first word to before its delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Statement<'a> {
    pub(super) text: &'a str,
    /// Of its first word, counted from one.
    pub(super) line: u32,
}

impl<'a> Statement<'a> {
    /// Whether it makes, changes, renames or drops a table.
    pub(super) fn is_about_a_table(&self) -> bool {
        let mut words = words(self.text);
        let verb = words.next().unwrap_or_default();
        // `CREATE TEMPORARY TABLE` is not of the database's definition.
        let object = match words.next() {
            Some(word) if word.eq_ignore_ascii_case("ignore") => words.next(),
            word => word,
        };
        ["create", "alter", "rename", "drop"].iter().any(|known| verb.eq_ignore_ascii_case(known))
            && object.is_some_and(|word| {
                word.eq_ignore_ascii_case("table") || word.eq_ignore_ascii_case("tables")
            })
    }

    /// Whether the name of a table occurs in it, with or without backticks.
    pub(super) fn mentions(&self, name: &str) -> bool {
        tokens(self.text).any(|(_, token)| match token {
            Token::Word(word) | Token::Name(word) => word == name,
            Token::Nothing | Token::Other => false,
        })
    }
}

/// The statements of a text whose first line has a number.
pub(super) fn split(text: &str, first_line: u32) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut delimiter = ";";
    let mut start = None;
    let mut program = Program::default();
    let mut at = 0;
    // Counted once: a schema may come with megabytes of rows.
    let (mut line, mut counted) = (first_line, 0);
    let mut end = |start: &mut Option<usize>, at: usize| {
        if let Some(start) = start.take() {
            line += lines(&text[counted..start]);
            counted = start;
            statements.push(Statement { text: text[start..at].trim_end(), line });
        }
    };
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(delimiter) && !(delimiter == ";" && program.is_open()) {
            end(&mut start, at);
            program = Program::default();
            at += delimiter.len();
            continue;
        }
        let (token, length) = first(rest);
        match token {
            // A command of the client's, which ends with its line.
            Token::Word(word) if start.is_none() && word.eq_ignore_ascii_case("delimiter") => {
                let line = rest.lines().next().unwrap_or_default();
                delimiter = line[length..].split_whitespace().next().unwrap_or(";");
                at += line.len();
                continue;
            }
            Token::Nothing => {}
            token => {
                start.get_or_insert(at);
                program.meet(token);
            }
        }
        at += length;
    }
    end(&mut start, at);
    statements
}

/// The body of a stored program, whose own statements end with the same delimiter if the
/// migration is run without a client.
#[derive(Default)]
struct Program {
    /// The first word is `CREATE`, and nothing has said what yet.
    created: bool,
    stored: bool,
    depth: u32,
    previous: String,
    started: bool,
}

impl Program {
    fn is_open(&self) -> bool {
        self.stored && self.depth > 0
    }

    fn meet(&mut self, token: Token<'_>) {
        let Token::Word(word) = token else {
            self.previous.clear();
            self.started = true;
            return;
        };
        let word = word.to_ascii_uppercase();
        if !self.started {
            self.created = word == "CREATE";
        } else if self.created {
            match word.as_str() {
                "PROCEDURE" | "FUNCTION" | "TRIGGER" | "EVENT" => {
                    (self.created, self.stored) = (false, true);
                }
                "TABLE" | "VIEW" | "INDEX" | "DATABASE" | "SCHEMA" => self.created = false,
                _ => {}
            }
        }
        match (self.previous.as_str(), word.as_str()) {
            // `END IF` closes what opened nothing.
            ("END", "IF" | "LOOP" | "WHILE" | "REPEAT") => self.depth += 1,
            ("END", "CASE") => {}
            (_, "BEGIN" | "CASE") => self.depth += 1,
            (_, "END") => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.previous = word;
        self.started = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<(&str, u32)> {
        split(sql, 1).into_iter().map(|s| (s.text, s.line)).collect()
    }

    #[test]
    fn strings_names_and_comments_hide_delimiters() {
        let sql = "-- a; b\nSELECT ';', \"it\\\";\", 'it''s;' # c;\n, `a;b` /* ; */;\n\n\
                   /*!40101 SET x = 1; */; SELECT 5--3;\nlast";
        assert_eq!(
            texts(sql),
            [
                ("SELECT ';', \"it\\\";\", 'it''s;' # c;\n, `a;b` /* ; */", 2),
                ("/*!40101 SET x = 1; */", 5),
                ("SELECT 5--3", 5),
                ("last", 6),
            ]
        );
        assert!(texts("-- nothing\n;;\n/* open").is_empty());
        assert_eq!(texts("SELECT 'open;").len(), 1);
    }

    #[test]
    fn the_client_s_delimiter_and_the_body_of_a_program_keep_it_whole() {
        let sql = "DELIMITER $$\nCREATE TRIGGER t BEGIN a; b; END$$\ndelimiter ;\nDROP TABLE x;";
        let found = texts(sql);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], ("DROP TABLE x", 4));

        let sql = "CREATE DEFINER=`a`@`b` PROCEDURE p()\nBEGIN\n IF x THEN a; END IF;\n \
                   CASE y WHEN 1 THEN BEGIN ALTER TABLE z; END; END CASE;\n \
                   SELECT CASE 1 WHEN 1 THEN 2 END;\nEND;\nDROP TABLE x;";
        let found = texts(sql);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[1], ("DROP TABLE x", 7));
        // A table may be called as a program's word is, and a transaction is no body.
        assert_eq!(texts("CREATE TABLE event (id INT); BEGIN; x; COMMIT;").len(), 4);
    }

    #[test]
    fn what_a_statement_is_about() {
        let one = |text| Statement { text, line: 1 };
        for about in [
            "create /* x */ table a",
            "ALTER TABLE a",
            "alter ignore table a",
            "rename table a to b",
            "DROP TABLE a",
        ] {
            assert!(one(about).is_about_a_table(), "{about}");
        }
        for other in ["CREATE TEMPORARY TABLE a", "CREATE INDEX i ON a", "INSERT INTO a", "", "'x'"]
        {
            assert!(!one(other).is_about_a_table(), "{other}");
        }
        let statement = one("ALTER TABLE `Pedidos` ADD x INT COMMENT 'itens' -- clientes");
        assert!(statement.mentions("Pedidos") && statement.mentions("x"));
        assert!(!statement.mentions("pedidos"), "case tells tables apart");
        assert!(!statement.mentions("itens") && !statement.mentions("clientes"));
        assert!(!one("ALTER TABLE pedidos_antigos").mentions("pedidos"));
    }
}
