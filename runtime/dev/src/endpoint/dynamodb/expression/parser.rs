//! What all expressions are read with.

use super::{
    lexer::{Placed, Token, tokens},
    path::{Path, Step},
    placeholders::Placeholders,
    reserved,
};

/// The most bytes of an expression, and the most operators and functions in one.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const BYTES: usize = 4096;
const OPERATORS: usize = 300;

/// How deep parentheses, negations and functions may lie in each other. DynamoDB gives no figure;
/// this one keeps within the stack of a thread.
const DEPTH: usize = 64;

/// Why an expression cannot be read, without the name of its parameter.
pub(super) type Read<T> = Result<T, String>;

/// The tokens of an expression that were not read yet.
pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Placed<'a>>,
    at: usize,
    operators: usize,
    depth: usize,
    placeholders: &'a Placeholders,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, placeholders: &'a Placeholders) -> Read<Self> {
        if text.len() > BYTES {
            return Err(format!(
                "Expression size has exceeded the maximum allowed size; expression size: {}",
                text.len()
            ));
        }
        let tokens = tokens(text);
        if tokens.is_empty() {
            return Err("The expression can not be empty;".into());
        }
        Ok(Self { text, tokens, at: 0, operators: 0, depth: 0, placeholders })
    }

    /// Counts an operator or function; too many of them are refused.
    pub(super) fn count(&mut self) -> Read<()> {
        self.operators += 1;
        if self.operators > OPERATORS {
            return Err(format!(
                "The expression contains too many operators; operator count: {}",
                self.operators
            ));
        }
        Ok(())
    }

    /// Reads something that may lie in itself.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("The expression is nested too deeply; levels: {}", self.depth));
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, by: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + by).map(|it| it.1)
    }

    /// Takes a symbol, if it is the next token.
    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek() == Some(Token::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    /// Takes a word of the language, in any case, if it is the next token.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let found =
            matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    /// Takes the name of a function, if a function is next.
    pub(super) fn function(&mut self) -> Option<&'a str> {
        match (self.peek(), self.ahead(1)) {
            (Some(Token::Word(name)), Some(Token::Symbol("("))) => {
                self.at += 2;
                Some(name)
            }
            _ => None,
        }
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Read<()> {
        if self.symbol(symbol) { Ok(()) } else { Err(self.syntax_error()) }
    }

    pub(super) fn end(&self) -> Read<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.syntax_error()) }
    }

    /// What is wrong with the next token: AWS names it and its neighbours.
    pub(super) fn syntax_error(&self) -> String {
        let Some((_, token)) = self.tokens.get(self.at) else {
            let from = self.tokens.last().map_or(0, |it| it.0);
            return format!(
                "Syntax error; token: \"<EOF>\", near: \"{}\"",
                self.text[from..].trim_end()
            );
        };
        let (from, _) = self.tokens[self.at.saturating_sub(1)];
        let (start, last) = self.tokens[(self.at + 1).min(self.tokens.len() - 1)];
        let near = &self.text[from..start + last.text().len()];
        format!("Syntax error; token: \"{}\", near: \"{near}\"", token.text())
    }

    /// Takes a value, if one is next.
    pub(super) fn value(&mut self) -> Read<Option<serde_dynamo::AttributeValue>> {
        let Some(Token::Value(placeholder)) = self.peek() else { return Ok(None) };
        self.at += 1;
        self.placeholders.value(placeholder).map(Some)
    }

    /// Takes a path.
    pub(super) fn path(&mut self) -> Read<Path> {
        let mut steps = vec![self.name()?];
        loop {
            if self.symbol(".") {
                steps.push(self.name()?);
            } else if self.symbol("[") {
                let Some(Token::Digits(digits)) = self.peek() else {
                    return Err(self.syntax_error());
                };
                let index = digits.parse().map_err(|_| self.syntax_error())?;
                self.at += 1;
                self.expect("]")?;
                steps.push(Step::Index(index));
            } else {
                return Ok(Path(steps));
            }
        }
    }

    fn name(&mut self) -> Read<Step> {
        let name = match self.peek() {
            Some(Token::Name(placeholder)) => self.placeholders.name(placeholder)?,
            Some(Token::Word(name)) if reserved::is_reserved(name) => {
                // A word in the wrong place is the likelier mistake where it means something.
                if ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "ADD", "DELETE", "REMOVE"]
                    .iter()
                    .any(|it| it.eq_ignore_ascii_case(name))
                {
                    return Err(self.syntax_error());
                }
                return Err(format!(
                    "Attribute name is a reserved keyword; reserved keyword: {name}"
                ));
            }
            // A name begins with a letter; others need a placeholder.
            Some(Token::Word(name)) if !name.starts_with('_') => name.to_owned(),
            _ => return Err(self.syntax_error()),
        };
        self.at += 1;
        Ok(Step::Name(name))
    }
}
