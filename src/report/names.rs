//! Names of tasks where there is little room for them.

use std::collections::BTreeSet;

/// These names in at most so many letters, no two of them equal. What is left out is in the middle, so that the number
/// of a subtask stays: `keyed-s…[3]`.
pub(super) fn fitted<'a>(names: impl Iterator<Item = &'a str> + Clone, room: usize) -> Vec<String> {
    let room = room.max(4);
    let fits = |name: &str| name.chars().count() <= room;
    let mut used: BTreeSet<String> = names.clone().filter(|name| fits(name)).map(str::to_owned).collect();
    let mut fit = |(number, name): (usize, &str)| {
        if fits(name) {
            return name.to_owned();
        }
        let suffix = number_of(name).filter(|suffix| suffix.chars().count() + 2 <= room).unwrap_or("");
        let first = if suffix.is_empty() { room / 3 } else { suffix.chars().count() };
        let tails = std::iter::once(first).chain(suffix.chars().count()..room - 1);
        let named = tails.map(|tail| cut(name, room, tail)).find(|text| !used.contains(text));
        // No part of it tells it apart: its position does.
        let text = named.unwrap_or_else(|| {
            let ends = [format!("…{number}{suffix}"), format!("{number}{suffix}"), format!("{number}")];
            let [.., shortest] = &ends;
            let end = ends.iter().find(|end| end.chars().count() <= room).unwrap_or(shortest);
            let head = name.chars().take(room.saturating_sub(end.chars().count()));
            head.chain(end.chars()).collect()
        });
        used.insert(text.clone());
        text
    };
    names.enumerate().map(&mut fit).collect()
}

/// The number of a subtask, with its brackets.
fn number_of(name: &str) -> Option<&str> {
    name.rfind('[').filter(|_| name.ends_with(']')).map(|begin| &name[begin..])
}

fn cut(name: &str, room: usize, tail: usize) -> String {
    let letters = name.chars().count();
    let head = name.chars().take(room - 1 - tail);
    head.chain(['…']).chain(name.chars().skip(letters - tail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(room: usize, names: &[&str], expected: &[&str]) {
        assert_eq!(fitted(names.iter().copied(), room), expected);
    }

    #[test]
    fn the_number_of_a_subtask_stays() {
        let names = ["source", "keyed-sums[3]", "keyed-sums[12]"];
        check(13, &names, &["source", "keyed-sums[3]", "keyed-su…[12]"]);
        check(11, &names, &["source", "keyed-s…[3]", "keyed-…[12]"]);
        check(8, &names, &["source", "keye…[3]", "key…[12]"]);
    }

    #[test]
    fn no_two_are_equal() {
        check(8, &["customers-of-the-east", "customers-to-the-east"], &["custo…st", "custome…"]);
        check(5, &["aaaaaaaa", "aaaaaaaaa", "aaaaaaaaaa"], &["aaa…a", "aaaa…", "aa…aa"]);
        check(11, &["a-very-long-name[1]", "a-very-long-game[1]"], &["a-very-…[1]", "a-very…e[1]"]);
        let same = "a".repeat(9);
        let names: Vec<String> = (0..12).map(|number| format!("{same}{number}{same}")).collect();
        let short = fitted(names.iter().map(String::as_str), 6);
        assert_eq!(short.iter().collect::<BTreeSet<_>>().len(), 12, "{short:?}");
        assert!(short.iter().all(|name| name.chars().count() <= 6), "{short:?}");
        let subtasks: Vec<String> = (0..24).map(|number| format!("{same}[{}]", number % 2)).collect();
        let short = fitted(subtasks.iter().map(String::as_str), 5);
        assert_eq!(short.iter().collect::<BTreeSet<_>>().len(), 24, "{short:?}");
        assert!(short.iter().all(|name| name.chars().count() <= 5), "{short:?}");
    }
}
