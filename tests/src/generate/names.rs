//! What the items of a generated application are called.

/// The part that an item plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Stream,
    Bus,
    Table,
    Topic,
    Key,
    Network,
    Store,
    Capture,
    Row,
    Item,
    Event,
    Done,
    Place,
    Reader,
    Handler,
}

/// How many characters a name may have before the pattern of a stage, where AWS says; the
/// longest pattern adds sixteen.
const LONGEST: [(Part, usize); 9] = [
    (Part::Stream, 128),
    (Part::Bus, 256),
    (Part::Table, 255),
    // Five less than a standard topic's.
    (Part::Topic, 251),
    (Part::Store, 50),
    (Part::Network, 60),
    (Part::Capture, 50),
    (Part::Reader, 64),
    (Part::Handler, 64),
];

/// What a stage's longest pattern adds.
const PATTERN: usize = "loja-prod-".len();

/// The names of one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    style: &'static str,
    /// In every name, so that no two applications have the same.
    word: String,
    number: usize,
}

impl Names {
    /// The names of the application of that number, which no other has.
    pub(super) fn new(style: &'static str, number: usize, random: &mut fastrand::Rng) -> Self {
        let syllables = ["ka", "lo", "mi", "nu", "pe", "ra", "so", "ti"];
        let places = [number / 64 % 8, number / 8 % 8, number % 8, random.usize(..8)];
        Self { style, word: places.map(|it| syllables[it]).concat(), number }
    }

    /// An id of the VPC service, such as `vpc-…`, which no other application has.
    pub(super) fn id(&self, prefix: &str) -> String {
        format!("{prefix}-{:017x}", self.number)
    }

    /// The name of a type.
    pub(super) fn of(&self, part: Part) -> String {
        let plain = format!("{part:?}");
        let Self { style, word, .. } = self;
        match (*style, part) {
            ("raw", Part::Stream) => "r#type".into(),
            ("raw", Part::Bus) => "r#Loop".into(),
            ("raw", Part::Reader) => "r#match".into(),
            ("raw", Part::Handler) => "r#move".into(),
            ("raw", _) => format!("{plain}2{word}3D"),
            ("foreign", Part::Reader | Part::Handler) => {
                format!("{}_ação_{word}", plain.to_lowercase())
            }
            ("foreign", _) => format!("{plain}Été日本{word}"),
            (_, Part::Reader | Part::Handler) => format!("{}_{word}", plain.to_lowercase()),
            _ => format!("{plain}{word}"),
        }
    }

    /// The name of a type or function as messages, and the stage file, have it.
    pub(super) fn shown(&self, part: Part) -> String {
        self.of(part).trim_start_matches("r#").to_owned()
    }

    /// The name that it has in AWS where its own name is not good for that.
    pub(super) fn given(&self, part: Part) -> Option<String> {
        matches!(self.style, "raw" | "foreign" | "long").then(|| self.physical(part))
    }

    /// The name that it has in AWS, before the pattern of the stage.
    pub(super) fn physical(&self, part: Part) -> String {
        let Self { style, word, .. } = self;
        let plain = format!("{part:?}{word}");
        let longest = LONGEST.iter().find(|(it, _)| *it == part).filter(|_| *style == "long");
        match longest {
            Some((_, longest)) => format!("{plain:x<0$}", longest - PATTERN),
            None if *style == "raw" => format!("{part:?}2{word}-3D"),
            None => plain,
        }
    }

    /// The name of a field that is a word of the language, or looks like one.
    pub(super) fn field(&self) -> &'static str {
        if self.style == "raw" { "r#type" } else { "kind" }
    }
}
