//! The size of an item as DynamoDB counts it.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
//! says of numbers only about how large they are. Here it is the lower figure, so that nothing is
//! refused that DynamoDB would have taken.

use serde_dynamo::{AttributeValue, Item};

/// A list or map, whatever is in it.
const NESTING: usize = 3;

/// Each element of a list or map.
const ELEMENT: usize = 1;

/// The bytes of an item: the names of its attributes and their values.
pub fn of_item(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + of_value(value)).sum()
}

/// The bytes of a value, without the attribute's name.
pub fn of_value(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::N(number) => of_number(number),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|number| of_number(number)).sum(),
        AttributeValue::Bs(many) => many.iter().map(Vec::len).sum(),
        AttributeValue::L(elements) => {
            NESTING + elements.iter().map(|element| ELEMENT + of_value(element)).sum::<usize>()
        }
        AttributeValue::M(elements) => {
            let element = |(name, value): (&String, _)| ELEMENT + name.len() + of_value(value);
            NESTING + elements.iter().map(element).sum::<usize>()
        }
    }
}

/// A byte, and one for two significant digits.
fn of_number(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    1 + digits.trim_matches('0').len().div_ceil(2)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn size(value: &impl serde::Serialize) -> usize {
        of_value(&serde_dynamo::to_attribute_value(value).expect("is a value"))
    }

    #[test]
    fn texts_count_their_bytes_and_not_their_characters() {
        assert_eq!((size(&"Olinda"), size(&"São"), size(&"")), (6, 4, 0));
    }

    #[test]
    fn numbers_count_two_significant_digits_a_byte_and_one_more() {
        for (text, bytes) in [
            ("0", 1),
            ("0.00", 1),
            ("7", 2),
            ("-7", 2),
            ("27", 2),
            ("127", 3),
            ("1000", 2),
            ("0.0012", 2),
            ("1.5e100", 2),
            ("12345678901234567890123456789012345678", 20),
        ] {
            assert_eq!(of_value(&AttributeValue::N(text.into())), bytes, "{text}");
        }
    }

    #[test]
    fn booleans_and_null_count_one_and_bytes_themselves() {
        assert_eq!((size(&true), size(&None::<u8>)), (1, 1));
        assert_eq!(of_value(&AttributeValue::B(vec![0; 300])), 300);
    }

    #[test]
    fn lists_and_maps_count_three_and_one_for_each_element() {
        assert_eq!(size(&Vec::<u8>::new()), 3);
        assert_eq!(size(&["ab", "c"]), 3 + (1 + 2) + (1 + 1));
        assert_eq!(size(&HashMap::from([("name", "ab")])), 3 + (1 + 4 + 2));
        assert_eq!(size(&[[true]]), 3 + 1 + (3 + 1 + 1));
    }

    #[test]
    fn sets_count_their_elements() {
        assert_eq!(of_value(&AttributeValue::Ss(vec!["a".into(), "bc".into()])), 3);
        assert_eq!(of_value(&AttributeValue::Ns(vec!["1".into(), "100".into()])), 4);
        assert_eq!(of_value(&AttributeValue::Bs(vec![vec![1], vec![2, 3]])), 3);
    }

    #[test]
    fn an_item_counts_the_names_of_its_attributes() {
        let item = HashMap::from([("name", "Olinda"), ("uf", "PE")]);
        let item: Item = serde_dynamo::to_item(item).expect("is an item");
        assert_eq!(of_item(&item), (4 + 6) + (2 + 2));
    }
}
