//! Pictures of a finished run, by name: `trace --lanes` and `trace --format`.

use super::chart::Chart;
use super::diagram::Theme;
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

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lanes(_) => "lanes",
            Self::Svg(_) => "svg",
            Self::Mermaid(_) => "mermaid",
            Self::Chrome => "chrome",
        }
    }

    /// The same with what is asked of it, or the name of what it does not have: a trace for a viewer is always whole.
    pub fn with(mut self, wishes: Wishes) -> Result<Self, &'static str> {
        let Wishes { steps, theme, width } = wishes;
        let foreign = |steps: bool, theme_given: bool, width_given: bool| {
            let named = [(steps, "--steps"), (theme_given, "--theme"), (width_given, "--width")];
            named.into_iter().find(|(given, _)| *given).map_or(Ok(()), |(_, name)| Err(name))
        };
        match &mut self {
            Self::Lanes(options) => {
                foreign(false, theme.is_some(), false)?;
                options.steps = steps;
                options.width = width.map_or(options.width, |width| width as usize);
            }
            Self::Svg(look) => {
                look.steps = steps;
                look.theme = theme.unwrap_or(look.theme);
                look.widest = width.unwrap_or(look.widest);
            }
            Self::Mermaid(options) => {
                foreign(false, theme.is_some(), width.is_some())?;
                options.steps = steps;
            }
            Self::Chrome => foreign(steps.is_some(), theme.is_some(), width.is_some())?,
        }
        Ok(self)
    }

    /// The picture that a file with this ending holds.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "svg" => Self::named("svg"),
            "mmd" | "mermaid" => Self::named("mermaid"),
            "json" => Self::named("chrome"),
            _ => None,
        }
    }
}

/// What can be asked of some pictures only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wishes {
    /// The first and the last step.
    pub steps: Option<(u64, u64)>,
    /// For which background.
    pub theme: Option<Theme>,
    /// How many columns of text, or pixels of a drawing.
    pub width: Option<u32>,
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
