use proptest::prelude::*;

use super::*;

/// Texts of what expressions are made of, and of anything.
fn texts() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "n",
        "steps",
        "doc",
        "word",
        "status",
        "#n",
        "#map",
        "#x",
        ":one",
        ":text",
        ":list",
        ":x",
        "AND",
        "OR",
        "NOT",
        "BETWEEN",
        "IN",
        "SET",
        "REMOVE",
        "ADD",
        "DELETE",
        "size(",
        "contains(",
        "begins_with(",
        "attribute_exists(",
        "attribute_type(",
        "if_not_exists(",
        "list_append(",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "=",
        "<>",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "0",
        "1",
        "99",
        "é",
        "#",
        ":",
        "\u{0}",
        "\n",
    ]);
    let tokens = prop::collection::vec(token, 0..40).prop_map(|it| it.join(" "));
    prop_oneof![tokens, ".{0,200}"]
}

proptest! {
    #[test]
    fn no_text_makes_the_language_panic(text in texts()) {
        if let Ok(condition) = condition(&text) {
            condition.holds(&item());
            condition.paths();
        }
        if let Ok(update) = update(&text) {
            // What it leaves is an item, or a reason.
            let _ = update.apply(&item());
        }
        if let Ok(update) = update(&format!("SET {text}")) {
            let _ = update.apply(&item());
        }
        if let Ok(projection) = projection(&text) {
            projection.of(&item());
        }
        let _ = key_condition(&text);
    }

    #[test]
    fn a_condition_and_its_negation_never_agree(text in texts()) {
        if let (Ok(plain), Ok(negated)) = (condition(&text), condition(&format!("NOT ({text})"))) {
            prop_assert_ne!(plain.holds(&item()), negated.holds(&item()), "{}", text);
        }
    }
}
