//! The spellings that serde's `rename_all` knows.

/// A rule of `rename_all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    pub(crate) const NAMES: [(&'static str, Case); 8] = [
        ("lowercase", Case::Lower),
        ("UPPERCASE", Case::Upper),
        ("PascalCase", Case::Pascal),
        ("camelCase", Case::Camel),
        ("snake_case", Case::Snake),
        ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
        ("kebab-case", Case::Kebab),
        ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
    ];

    /// Renames a field, which is written in snake case.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Case::Lower | Case::Snake => name.to_owned(),
            Case::Upper | Case::ScreamingSnake => name.to_ascii_uppercase(),
            Case::Pascal => upper_camel(name),
            Case::Camel => lower_first(&upper_camel(name)),
            Case::Kebab => name.replace('_', "-"),
            Case::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// Renames a variant, which is written in upper camel case.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Case::Pascal => name.to_owned(),
            Case::Lower => name.to_ascii_lowercase(),
            Case::Upper => name.to_ascii_uppercase(),
            Case::Camel => lower_first(name),
            _ => {
                let mut snake = String::new();
                for (position, letter) in name.char_indices() {
                    if position > 0 && letter.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                }
                self.field(&snake)
            }
        }
    }
}

/// `processar_pedido` to `ProcessarPedido`. As in serde, only ASCII letters change.
pub(crate) fn upper_camel(snake: &str) -> String {
    snake
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                std::iter::once(first.to_ascii_uppercase()).chain(letters).collect()
            })
        })
        .collect()
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_lowercase()).chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_variants_are_renamed_as_serde_does() {
        let expected = [
            ("lowercase", "produto_id", "emespera"),
            ("UPPERCASE", "PRODUTO_ID", "EMESPERA"),
            ("PascalCase", "ProdutoId", "EmEspera"),
            ("camelCase", "produtoId", "emEspera"),
            ("snake_case", "produto_id", "em_espera"),
            ("SCREAMING_SNAKE_CASE", "PRODUTO_ID", "EM_ESPERA"),
            ("kebab-case", "produto-id", "em-espera"),
            ("SCREAMING-KEBAB-CASE", "PRODUTO-ID", "EM-ESPERA"),
        ];
        for ((name, case), (of, field, variant)) in Case::NAMES.into_iter().zip(expected) {
            assert_eq!(name, of);
            assert_eq!(case.field("produto_id"), field, "{name}");
            assert_eq!(case.variant("EmEspera"), variant, "{name}");
        }
    }
}
