//! RON as a person writes it: on one line where it fits, one part a line where it does not.

/// Lines are at most this long, where that is possible.
const WIDTH: usize = 100;
const INDENT: usize = 4;

/// A piece of RON.
pub(super) enum Item {
    /// A word, a number, a quoted text.
    Word(String),
    /// A name, or nothing, with parts in round brackets. Positional parts have an empty name.
    Call(&'static str, Vec<(&'static str, Item)>),
    /// The same with names that were put together, and no positional parts.
    Fields(String, Vec<(String, Item)>),
    /// A list: one element a line if it does not fit into one.
    List(Vec<Item>),
    /// A list that has one element a line in any case.
    Lines(Vec<Item>),
    /// Words that fill the lines.
    Fill(Vec<String>),
    /// A map.
    Map(Vec<(String, Item)>),
}

impl Item {
    /// A name with positional parts.
    pub(super) fn call<const N: usize>(name: &'static str, parts: [Item; N]) -> Self {
        Self::Call(name, parts.into_iter().map(|part| ("", part)).collect())
    }

    /// A name with named parts.
    pub(super) fn named<const N: usize>(name: &'static str, parts: [(&'static str, Item); N]) -> Self {
        Self::Call(name, parts.into_iter().collect())
    }

    /// A word, or anything that looks like one.
    pub(super) fn word(word: impl ToString) -> Self {
        Self::Word(word.to_string())
    }

    /// Writes the item where `used` characters of the line are taken already; lines inside it are indented by one
    /// level more than `indent`.
    pub(super) fn write(&self, out: &mut String, indent: usize, used: usize) {
        let flat = self.flat();
        // One more for the comma behind it.
        let fits = used + flat.chars().count() < WIDTH && !self.wants_lines();
        let inner = indent + INDENT;
        match self {
            Self::Word(_) => out.push_str(&flat),
            _ if fits => out.push_str(&flat),
            Self::Call(name, parts) => {
                out.push_str(name);
                out.push_str("(\n");
                for (name, part) in parts {
                    let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
                    line(out, inner, &name, part);
                }
                close(out, indent, ')');
            }
            Self::Fields(name, parts) => {
                out.push_str(name);
                out.push_str("(\n");
                parts.iter().for_each(|(name, part)| line(out, inner, &format!("{name}: "), part));
                close(out, indent, ')');
            }
            Self::List(elements) | Self::Lines(elements) => {
                out.push_str("[\n");
                elements.iter().for_each(|element| line(out, inner, "", element));
                close(out, indent, ']');
            }
            Self::Fill(words) => {
                out.push_str("[\n");
                fill(out, inner, words);
                close(out, indent, ']');
            }
            Self::Map(entries) => {
                out.push_str("{\n");
                entries.iter().for_each(|(key, value)| line(out, inner, &format!("{key}: "), value));
                close(out, indent, '}');
            }
        }
    }

    /// Whether it is broken into lines even if it fits into one.
    pub(super) fn wants_lines(&self) -> bool {
        match self {
            Self::Lines(elements) => !elements.is_empty(),
            Self::Call(_, parts) => parts.iter().any(|part| part.1.wants_lines()),
            Self::Fields(_, parts) => parts.iter().any(|part| part.1.wants_lines()),
            Self::List(elements) => elements.iter().any(Self::wants_lines),
            Self::Map(entries) => entries.iter().any(|entry| entry.1.wants_lines()),
            Self::Word(_) | Self::Fill(_) => false,
        }
    }

    /// The item on one line.
    pub(super) fn flat(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Call(name, parts) => {
                let parts = parts.iter().map(|(name, part)| match *name {
                    "" => part.flat(),
                    name => format!("{name}: {}", part.flat()),
                });
                format!("{name}({})", parts.collect::<Vec<_>>().join(", "))
            }
            Self::Fields(name, parts) => {
                let parts = parts.iter().map(|(name, part)| format!("{name}: {}", part.flat()));
                format!("{name}({})", parts.collect::<Vec<_>>().join(", "))
            }
            Self::List(elements) | Self::Lines(elements) => {
                format!("[{}]", elements.iter().map(Self::flat).collect::<Vec<_>>().join(", "))
            }
            Self::Fill(words) => format!("[{}]", words.join(", ")),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{key}: {}", value.flat()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn line(out: &mut String, indent: usize, name: &str, item: &Item) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(name);
    item.write(out, indent, indent + name.chars().count());
    out.push_str(",\n");
}

fn close(out: &mut String, indent: usize, bracket: char) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push(bracket);
}

fn fill(out: &mut String, indent: usize, words: &[String]) {
    let mut used = WIDTH;
    for word in words {
        let width = word.chars().count();
        if used + width + 2 > WIDTH {
            if used != WIDTH {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        } else {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        out.push(',');
        used += width + 1;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(item: &Item, expected: &str) {
        let mut out = String::new();
        item.write(&mut out, 0, 0);
        assert_eq!(out, expected);
    }

    #[test]
    fn what_fits_is_one_line() {
        check(
            &Item::named("Crash", [("task", Item::word("\"a\"")), ("at", Item::word("End"))]),
            "Crash(task: \"a\", at: End)",
        );
        check(&Item::call("Where", [Item::word("\"a\""), Item::word("Even")]), "Where(\"a\", Even)");
        check(&Item::Lines(Vec::new()), "[]");
    }

    #[test]
    fn what_does_not_fit_has_one_part_a_line() {
        let long = "x".repeat(60);
        let item = Item::Call("A", vec![("b", Item::word(&long)), ("c", Item::Lines(vec![Item::word(1)]))]);
        check(&item, &format!("A(\n    b: {long},\n    c: [\n        1,\n    ],\n)"));
    }

    #[test]
    fn numbers_fill_the_lines() {
        let words: Vec<String> = (100..150).map(|n| n.to_string()).collect();
        let mut out = String::new();
        Item::Fill(words).write(&mut out, 0, 0);
        assert_eq!(out.lines().count(), 5);
        assert!(out.lines().all(|line| line.len() <= WIDTH));
    }
}
