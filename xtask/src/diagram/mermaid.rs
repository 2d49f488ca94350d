//! The picture as a Mermaid flowchart, which GitHub and many editors draw.

use super::{Kind, Picture, Shape, label::short, text::mermaid as escape};

/// The most arrows that Mermaid draws by default (its `maxEdges`).
const MOST_ARROWS: usize = 500;

/// The longest text that Mermaid reads by default, in characters (its `maxTextSize`).
const LONGEST: usize = 50_000;

/// The flowchart; none when it is larger than Mermaid draws, which no page can allow it.
pub(super) fn flowchart(picture: &Picture) -> Option<String> {
    let mut text = String::from("flowchart LR\n");
    for (i, shape) in picture.shapes.iter().enumerate() {
        let (open, close) = brackets(shape.kind);
        text += &format!("    n{i}{open}\"{}\"{close}\n", lines(shape));
    }
    for arrow in &picture.arrows {
        let line = if arrow.outside { "-.->" } else { "-->" };
        let labels: Vec<_> = arrow.labels.iter().map(|label| escape(&short(label))).collect();
        let labels = labels.join("<br/>");
        let labels = if labels.is_empty() { labels } else { format!("|\"{labels}\"|") };
        text += &format!("    n{} {line}{labels} n{}\n", arrow.from, arrow.to);
    }
    for kind in Kind::ALL {
        let members = members(picture, |shape| shape.kind == kind);
        if !members.is_empty() {
            let class = kind.class();
            text += &format!(
                "    classDef {class}Kind {}\n    class {members} {class}Kind\n",
                style(kind)
            );
        }
    }
    let outside = members(picture, |shape| shape.outside);
    if !outside.is_empty() {
        text +=
            &format!("    classDef outside stroke-dasharray:5 4\n    class {outside} outside\n");
    }
    (picture.arrows.len() <= MOST_ARROWS && text.chars().count() <= LONGEST).then_some(text)
}

fn lines(shape: &Shape) -> String {
    format!("{}<br/>{}", escape(&short(&shape.title)), escape(&short(&shape.subtitle)))
}

fn members(picture: &Picture, belongs: impl Fn(&Shape) -> bool) -> String {
    let shapes = picture.shapes.iter().enumerate().filter(|(_, shape)| belongs(shape));
    shapes.map(|(i, _)| format!("n{i}")).collect::<Vec<_>>().join(",")
}

fn brackets(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Database | Kind::Table => ("[(", ")]"),
        Kind::Capture => ("[/", "\\]"),
        Kind::Stream => ("[/", "/]"),
        Kind::Function => ("(", ")"),
        Kind::Bus => ("[[", "]]"),
        Kind::Event => ("([", "])"),
        Kind::Topic => ("{{", "}}"),
    }
}

/// Colours that are legible on a light and on a dark page: the text has its own.
fn style(kind: Kind) -> &'static str {
    match kind {
        Kind::Database => "fill:#e2effd,stroke:#1f6bc0,color:#1f2328",
        Kind::Capture => "fill:#fdf3d3,stroke:#946200,color:#1f2328",
        Kind::Stream => "fill:#ede7fb,stroke:#6d3fd0,color:#1f2328",
        Kind::Function => "fill:#fff0e0,stroke:#c05f00,color:#1f2328",
        Kind::Bus => "fill:#fde6f1,stroke:#c2186b,color:#1f2328",
        Kind::Event => "fill:#fff5fa,stroke:#d6649b,color:#1f2328",
        Kind::Table => "fill:#e2effd,stroke:#1f6bc0,color:#1f2328",
        Kind::Topic => "fill:#e2f5e8,stroke:#1d8046,color:#1f2328",
    }
}
