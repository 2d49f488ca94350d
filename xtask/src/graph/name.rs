//! The names that generated text uses for a resource.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A resource's name within the generated text, independent of the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logical {
    /// For Terraform addresses, whose resource type already says what it is: `inventario`.
    pub(crate) snake: String,
    /// For CloudFormation logical ids, which all kinds share: `InventarioTable`.
    pub(crate) camel: String,
}

impl Logical {
    /// The names of a declared resource; a type named `PedidosStream` stays `PedidosStream`.
    pub(crate) fn resource(name: &str, kind: &str) -> Self {
        let mut camel = upper_camel(name);
        if !camel.ends_with(kind) {
            camel.push_str(kind);
        }
        Self { snake: snake(name), camel }
    }

    /// The names of one of the resources that a handler becomes.
    pub(crate) fn part(name: &str, kind: &str) -> Self {
        Self { snake: snake(name), camel: upper_camel(name) + kind }
    }

    /// One of several of the same part.
    pub(crate) fn numbered(self, number: u32) -> Self {
        Self { snake: format!("{}_{number}", self.snake), camel: format!("{}{number}", self.camel) }
    }

    /// The name of an output of this resource in Terraform, as `inventario_table_name`.
    pub(crate) fn output(&self, attribute: &str) -> String {
        format!("{}_{}", self.camel.to_snake_case(), attribute.to_snake_case())
    }
}

/// A Rust name in the letters that Terraform and IAM both take.
pub(crate) fn upper_camel(name: &str) -> String {
    ascii(name).to_upper_camel_case()
}

fn snake(name: &str) -> String {
    let snake = ascii(name).to_snake_case();
    if snake.starts_with(|c: char| c.is_ascii_digit()) { format!("_{snake}") } else { snake }
}

/// CloudFormation takes only ASCII letters and digits, Rust identifiers may have others.
fn ascii(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let kept: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    if kept.contains(|c: char| c.is_ascii_alphanumeric()) { kept } else { format!("unnamed{kept}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_already_says_its_kind_is_not_told_twice() {
        assert_eq!(Logical::resource("PedidosStream", "Stream").camel, "PedidosStream");
        assert_eq!(Logical::resource("Inventario", "Table").camel, "InventarioTable");
        assert_eq!(Logical::resource("HTTPLog", "Table").snake, "http_log");
    }

    #[test]
    fn a_handler_always_says_its_part() {
        assert_eq!(Logical::part("minha_function", "Function").camel, "MinhaFunctionFunction");
    }

    #[test]
    fn letters_that_aws_refuses_are_left_out() {
        assert_eq!(Logical::part("notificação", "Role").camel, "NotificaoRole");
        assert_eq!(Logical::part("r#type", "Role").snake, "type");
        assert_eq!(Logical::part("東京", "Role").camel, "UnnamedRole");
        assert_eq!(Logical::part("_1", "Role").snake, "_1");
    }
}
