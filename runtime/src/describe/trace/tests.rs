use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

fn field(name: &'static str, shape: Shape) -> Field {
    Field { name: name.into(), shape, default: false }
}

fn one_of(texts: &[&'static str]) -> Shape {
    Shape::OneOf(texts.iter().map(|text| (*text).into()).collect())
}

const U8: Shape = Shape::Integer { bits: 8, signed: false };

#[test]
fn fields_are_learnt_with_their_names_and_kinds() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only read into")]
    struct Reading {
        sensor_id: u8,
        place: Option<Place>,
        tags: Vec<String>,
        by_name: BTreeMap<String, f64>,
        level: Level,
        how: How,
        initial: char,
    }
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read into")]
    struct Place(Inner);
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read into")]
    struct Inner {
        on: bool,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        Low,
        High,
    }
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read into")]
    enum How {
        Often(u8),
        Never,
    }
    let place = Shape::Object(vec![field("on", Shape::Boolean)].into());
    let fields = vec![
        field("sensorId", U8),
        field("place", Shape::Optional(vec![place].into())),
        field("tags", Shape::Array(vec![Shape::Text].into())),
        field("byName", Shape::Map(vec![Shape::Number].into())),
        field("level", one_of(&["low", "high"])),
        field("how", Shape::Object(vec![field("Often", U8)].into())),
        field("initial", one_of(&["a"])),
    ];
    assert_eq!(shape::<Reading>(), Some(Shape::Object(fields.into())));
}

#[test]
fn a_text_of_a_form_is_found_by_trying() {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read into")]
    struct Known {
        name: String,
        at: std::net::Ipv4Addr,
        id: uuid_like::Id,
        then: String,
    }
    mod uuid_like {
        pub(super) struct Id;
        impl<'de> serde::Deserialize<'de> for Id {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                match text.len() {
                    36 => Ok(Self),
                    _ => Err(serde::de::Error::custom("not 36 characters")),
                }
            }
        }
    }
    let fields = vec![
        field("name", Shape::Text),
        field("at", one_of(&["192.0.2.1"])),
        field("id", one_of(&["00000000-0000-4000-8000-000000000001"])),
        field("then", Shape::Text),
    ];
    assert_eq!(shape::<Known>(), Some(Shape::Object(fields.into())));
}

#[test]
fn a_type_that_contains_itself_comes_to_an_end() {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read into")]
    struct Tree {
        children: Vec<Tree>,
        next: Option<Box<Tree>>,
    }
    assert!(shape::<Tree>().is_some());
}

#[test]
fn what_takes_nothing_that_is_tried_has_no_shape() {
    #[derive(Debug)]
    struct Picky;
    impl<'de> Deserialize<'de> for Picky {
        fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
            String::deserialize(d)?;
            Err(de::Error::custom("never"))
        }
    }
    assert_eq!(shape::<Picky>(), None);
    assert_eq!(shape::<(u8, u8)>(), None);
    assert_eq!(shape::<serde_json::Value>(), Some(Shape::Any));
}
