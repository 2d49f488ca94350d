//! A JSON object whose values are not read yet.

use std::borrow::Cow;
use std::collections::BinaryHeap;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The entries of an object, by their keys: of several with one key, the last. Nothing is copied
/// but a key that is written with escapes.
#[derive(Debug, Default)]
pub(super) struct Object<'de>(Vec<(Cow<'de, str>, &'de str)>);

/// As many entries as an envelope or a row usually has.
const USUAL: usize = 8;

/// So few entries are put in their order one by one: that they are moved aside takes no time.
const MOVED: usize = 64;

impl<'de> Object<'de> {
    /// Not by `sort`, which is 17 KB in every function that reads changes.
    fn new(entries: Vec<(Cow<'de, str>, &'de str)>) -> Self {
        if entries.len() <= MOVED {
            let mut object = Self(Vec::with_capacity(entries.len()));
            entries.into_iter().for_each(|(key, value)| object.insert(key, value));
            return object;
        }
        let numbered = entries.into_iter().enumerate();
        let heap: BinaryHeap<_> = numbered.map(|(at, (key, value))| (key, at, value)).collect();
        let mut sorted = heap.into_sorted_vec();
        sorted.dedup_by(|later, kept| {
            let again = later.0 == kept.0;
            if again {
                std::mem::swap(later, kept);
            }
            again
        });
        Self(sorted.into_iter().map(|(key, _, value)| (key, value)).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys with the JSON texts of their values, in the order of the keys.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, (Cow<'de, str>, &'de str)> {
        self.0.iter()
    }

    pub(super) fn get(&self, key: &str) -> Option<&'de str> {
        self.find(key).ok().map(|at| self.0[at].1)
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    pub(super) fn insert(&mut self, key: Cow<'de, str>, value: &'de str) {
        match self.find(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<&'de str> {
        self.find(key).ok().map(|at| self.0.remove(at).1)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(key))
    }
}

impl<'de> FromIterator<(Cow<'de, str>, &'de str)> for Object<'de> {
    fn from_iter<I: IntoIterator<Item = (Cow<'de, str>, &'de str)>>(entries: I) -> Self {
        Self::new(entries.into_iter().collect())
    }
}

impl<'de> IntoIterator for Object<'de> {
    type Item = (Cow<'de, str>, &'de str);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::with_capacity(USUAL);
                while let Some(key) = map.next_key_seed(Key)? {
                    entries.push((key, map.next_value::<&'de RawValue>()?.get()));
                }
                Ok(Object::new(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// Reads a key; serde's own `Cow` is always a copy.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_keys_counts_and_keys_are_in_order() {
        let mut object: Object<'_> =
            serde_json::from_str(r#"{"b": 1, "a": [2, {}], "b": "3", "\u00e9": null, "b": 4}"#)
                .unwrap();
        let entries: Vec<_> = object.iter().map(|(key, value)| (&**key, *value)).collect();
        assert_eq!(entries, [("a", "[2, {}]"), ("b", "4"), ("é", "null")]);
        assert_eq!(object.get("b"), Some("4"));
        object.insert("aa".into(), "5");
        object.insert("b".into(), "6");
        assert_eq!((object.remove("a"), object.remove("x")), (Some("[2, {}]"), None));
        let entries: Vec<_> = object.into_iter().collect();
        assert_eq!(entries, [("aa".into(), "5"), ("b".into(), "6"), ("é".into(), "null")]);
    }

    #[test]
    fn many_keys_are_in_order_too_and_the_last_of_equal_ones_counts() {
        for count in [MOVED, MOVED + 1, 1_000] {
            // Each key twice, none of them in order.
            let entry = |n: usize| format!("\"{}\": {n}", n * 7 % (count / 2));
            let entries: Vec<_> = (0..count).map(entry).collect();
            let text = format!("{{{}}}", entries.join(","));
            let object: Object<'_> = serde_json::from_str(&text).unwrap();
            let mut expected = std::collections::BTreeMap::new();
            for n in 0..count {
                expected.insert((n * 7 % (count / 2)).to_string(), n.to_string());
            }
            let entries = object.iter().map(|(key, value)| (key.to_string(), value.to_string()));
            assert_eq!(entries.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn only_an_object_is_read() {
        for other in ["[]", "1", r#"{"a"}"#, r#"{"a": 1"#, "null"] {
            assert!(serde_json::from_str::<Object<'_>>(other).is_err(), "{other}");
        }
    }
}
