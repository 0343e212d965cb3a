//! Pictures of a finished run, by name: `trace --lanes` and `trace --format`.

use super::chart::Chart;
use super::{chrome, diagram, lanes, mermaid};

/// What kind of picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// A space-time chart in text.
    Lanes(lanes::Options),
    /// A drawing.
    Svg(diagram::Look),
    /// A sequence diagram.
    Mermaid(mermaid::Options),
    /// A trace for a browser's viewer.
    Chrome,
}

impl Picture {
    /// The picture with this name, as it is by default: `lanes`, `svg`, `mermaid`, `chrome` or `perfetto`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "lanes" => Some(Self::Lanes(lanes::Options::default())),
            "svg" => Some(Self::Svg(diagram::Look::default())),
            "mermaid" => Some(Self::Mermaid(mermaid::Options::default())),
            "chrome" | "perfetto" => Some(Self::Chrome),
            _ => None,
        }
    }

    /// The same for a part of a run: the first and the last step that are shown. A trace for a viewer is always whole.
    #[must_use]
    pub fn between(mut self, steps: Option<(u64, u64)>) -> Self {
        match &mut self {
            Self::Lanes(options) => options.steps = steps,
            Self::Svg(look) => look.steps = steps,
            Self::Mermaid(options) => options.steps = steps,
            Self::Chrome => {}
        }
        self
    }
}

/// The picture of a run.
pub fn picture(kind: Picture, chart: &Chart) -> String {
    match kind {
        Picture::Lanes(options) => lanes::render(chart, options),
        Picture::Svg(look) => diagram::render(chart, look),
        Picture::Mermaid(options) => mermaid::render(chart, options),
        Picture::Chrome => chrome::render(chart),
    }
}
