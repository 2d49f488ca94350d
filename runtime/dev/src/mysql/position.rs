//! Where in the binlog reading goes on.

use std::fmt;
use std::str::FromStr;

/// A place in the binlog of one server, from which reading on loses nothing and repeats nothing.
///
/// As text it is `binlog.000003:2753`, and `binlog.000003:2753+1000` in the midst of a transaction.
/// It means something to the server that it comes from, and to no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The name of the binlog file.
    pub file: String,
    /// The bytes before the first event of a transaction.
    pub offset: u64,
    /// The bytes of that transaction whose changes were taken already, whole events.
    pub taken: u64,
}

impl Position {
    /// Between two transactions.
    pub fn new(file: impl Into<String>, offset: u64) -> Self {
        Self { file: file.into(), offset, taken: 0 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.offset)?;
        match self.taken {
            0 => Ok(()),
            taken => write!(f, "+{taken}"),
        }
    }
}

/// That a text is no position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPosition(String);

impl fmt::Display for NoPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no position in a binlog, such as `binlog.000003:2753`", self.0)
    }
}

impl std::error::Error for NoPosition {}

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let parse = || {
            let (file, place) = text.trim().rsplit_once(':')?;
            let (offset, taken) = place.split_once('+').unwrap_or((place, "0"));
            let (offset, taken) = (offset.parse().ok()?, taken.parse().ok()?);
            (!file.is_empty()).then(|| Self { file: file.to_owned(), offset, taken })
        };
        parse().ok_or_else(|| NoPosition(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn a_position_is_read_back_from_its_text() {
        for text in ["binlog.000003:2753", "binlog.000003:2753+1000", "a:b.1:4"] {
            assert_eq!(text.parse::<Position>().unwrap().to_string(), text);
        }
        let position: Position = "binlog.000003:2753+1000\n".parse().unwrap();
        assert_eq!(position, Position { file: "binlog.000003".into(), offset: 2753, taken: 1000 });
    }

    #[test]
    fn another_text_is_refused_with_an_example() {
        for text in
            ["", "binlog.000003", ":4", "binlog.000003:", "binlog.000003:-1", "b:4+", "b:4+x"]
        {
            let refusal = text.parse::<Position>().unwrap_err().to_string();
            let expected =
                format!("`{text}` is no position in a binlog, such as `binlog.000003:2753`");
            assert_eq!(refusal, expected);
        }
    }
}
