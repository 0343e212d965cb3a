//! Colours. Two palettes, both readable by people who see colours differently; no meaning rests on a colour alone:
//! checkpoints have dashes, regions have words, a crash is a cross.

use std::fmt::Write;

/// For which background.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Theme {
    /// As whoever looks at it prefers (`prefers-color-scheme`); light where nobody says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The theme with this name: `auto`, `light` or `dark`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// So many sources have colours of their own; then they repeat.
pub(super) const SOURCES: usize = 4;
/// So many checkpoints in a row have looks of their own.
pub(super) const CHECKPOINTS: usize = 4;
/// The dashes of their barriers.
const DASHES: [&str; CHECKPOINTS] = ["8 4", "8 3 2 3", "3 3", "14 4"];

struct Palette {
    back: &'static str,
    ink: &'static str,
    mute: &'static str,
    lane: &'static str,
    faint: &'static str,
    /// Text on a filled badge.
    over: &'static str,
    crash: &'static str,
    /// What was rolled back.
    undone: &'static str,
    sources: [&'static str; SOURCES],
    checkpoints: [&'static str; CHECKPOINTS],
}

const LIGHT: Palette = Palette {
    back: "#ffffff",
    ink: "#1f2328",
    mute: "#59636e",
    lane: "#818b98",
    faint: "#d1d9e0",
    over: "#ffffff",
    crash: "#cf2a0e",
    undone: "#59636e",
    sources: ["#0969c8", "#b86500", "#00778a", "#7a4fc9"],
    checkpoints: ["#00805e", "#a3328c", "#4a51c9", "#7d6a00"],
};

const DARK: Palette = Palette {
    back: "#0d1117",
    ink: "#e6edf3",
    mute: "#9ea7b3",
    lane: "#757e8a",
    faint: "#30363d",
    over: "#0d1117",
    crash: "#ff8266",
    undone: "#9ea7b3",
    sources: ["#58a6ff", "#eea83c", "#45c4d6", "#b99cff"],
    checkpoints: ["#35c795", "#ea8fd6", "#a2abff", "#d3c14f"],
};

/// The style sheet of a picture.
pub(super) fn sheet(theme: Theme) -> String {
    let mut out = String::from(SHAPES);
    for (index, dash) in DASHES.iter().enumerate() {
        line(&mut out, &format!(".cutline .k{index}.bar"), &format!("stroke-dasharray:{dash}"));
    }
    match theme {
        Theme::Light => colours(&LIGHT, &mut out),
        Theme::Dark => colours(&DARK, &mut out),
        Theme::Auto => {
            colours(&LIGHT, &mut out);
            out.push_str("@media (prefers-color-scheme:dark){\n");
            colours(&DARK, &mut out);
            out.push_str("}\n");
        }
    }
    out
}

/// What does not depend on the background.
const SHAPES: &str = "\
.cutline text{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,'DejaVu Sans',\
sans-serif;font-size:12px}
.cutline .title{font-size:20px;font-weight:700}
.cutline .about{font-size:13px}
.cutline .name{font-size:14px;font-weight:600}
.cutline .small{font-size:11px}
.cutline .strong{font-weight:700}
.cutline .slant{font-style:italic}
.cutline .halo{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}
.cutline path{fill:none}
.cutline .lane{stroke-width:1.6}
.cutline .none{stroke-width:1.4;stroke-dasharray:1 5;stroke-linecap:round}
.cutline .rec{stroke-width:1.6}
.cutline .bar{stroke-width:2.4}
.cutline .mark{stroke-width:1.6}
.cutline .talk{stroke-width:1;stroke-dasharray:1.5 3;opacity:.75}
.cutline .cut{stroke-width:13;opacity:.26;stroke-linecap:round;stroke-linejoin:round}
.cutline .cross{stroke-width:3.2;stroke-linecap:round}
.cutline .thin{stroke-width:1}
.cutline .mid{stroke-width:2}
.cutline .back{stroke-width:2.6;stroke-linecap:round}
.cutline .glow{stroke-width:9;opacity:.3;stroke-linecap:round}
.cutline .faded{opacity:.5}
";

fn colours(palette: &Palette, out: &mut String) {
    let Palette { back, ink, mute, lane, faint, over, crash, undone, .. } = palette;
    let mut put = |selector: &str, rule: String| line(out, &format!(".cutline {selector}"), &rule);
    put("text", format!("fill:{ink}"));
    put(".halo", format!("stroke:{back}"));
    put(".paper", format!("fill:{back}"));
    put(".mute", format!("fill:{mute}"));
    put(".lane", format!("stroke:{lane}"));
    put(".none", format!("stroke:{lane}"));
    put(".faint", format!("stroke:{faint}"));
    put(".edge", format!("stroke:{lane}"));
    put(".inkfill", format!("fill:{ink}"));
    put(".inkline", format!("stroke:{ink}"));
    put(".hollow", format!("fill:{back}"));
    put(".over", format!("fill:{over}"));
    put(".over-line", format!("stroke:{over}"));
    put(".crash", format!("stroke:{crash}"));
    put(".crashfill", format!("fill:{crash}"));
    put(".undone", format!("fill:{undone};fill-opacity:.13"));
    put(".redone", format!("fill:{};fill-opacity:.13", palette.sources[0]));
    for (index, colour) in palette.sources.iter().enumerate() {
        put(&format!(".s{index}"), format!("stroke:{colour}"));
        put(&format!(".s{index}f"), format!("fill:{colour}"));
    }
    for (index, colour) in palette.checkpoints.iter().enumerate() {
        put(&format!(".k{index}"), format!("stroke:{colour}"));
        put(&format!(".k{index}f"), format!("fill:{colour}"));
        put(&format!(".k{index}h"), format!("fill:url(#cutline-hatch-{index});stroke:{colour};stroke-width:1"));
    }
}

fn line(out: &mut String, selector: &str, rule: &str) {
    writeln!(out, "{selector}{{{rule}}}").expect("writing to a string succeeds");
}
