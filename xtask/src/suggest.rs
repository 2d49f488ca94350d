//! "Did you mean": the known word closest to a mistyped one.

/// The known word that `word` was probably meant to be, if any is close.
pub(crate) fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance < candidate.chars().count().min(word.chars().count())
        })
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A help text: the close word if there is one, and in any case all that are known.
pub(crate) fn help<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let all = known.clone().into_iter().collect::<Vec<_>>().join("`, `");
    match closest(word, known) {
        Some(close) => format!("did you mean `{close}`? Known are `{all}`"),
        None if all.is_empty() => "there are none".to_owned(),
        None => format!("known are `{all}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_its_word_and_a_different_word_finds_none() {
        let known = ["pipeline", "sensors"];
        assert_eq!(closest("pipelin", known), Some("pipeline"));
        assert_eq!(closest("Sensor", known), Some("sensors"));
        assert_eq!(closest("tow", ["one", "two"]), Some("two"));
        assert_eq!(closest("billing", known), None);
        assert_eq!(closest("", ["e"]), None);
        assert_eq!(closest("x", ["e"]), None, "nothing of it is left");
    }

    #[test]
    fn the_help_lists_every_known_word() {
        assert_eq!(help("devv", ["dev"]), "did you mean `dev`? Known are `dev`");
        assert_eq!(help("x", ["dev", "prod"]), "known are `dev`, `prod`");
        assert_eq!(help("x", []), "there are none");
    }
}
