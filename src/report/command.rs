//! Commands that a text tells people to type.

use std::borrow::Cow;

/// `cutline trace 'my jobs/first.ron'`: a verb, perhaps with options, and what it is about.
pub fn command(verb: &str, about: &str) -> String {
    format!("cutline {verb} {}", quoted(about))
}

/// An argument as shells take it for one: in quotes if it has letters that mean something to them, and in no case an
/// option.
pub fn quoted(argument: &str) -> Cow<'_, str> {
    // A letter of another alphabet means nothing to a shell.
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    let front = if argument.starts_with('-') { "./" } else { "" };
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return if front.is_empty() { argument.into() } else { format!("{front}{argument}").into() };
    }
    format!("'{front}{}'", argument.replace('\'', r"'\''")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_a_shell_is_quoted() {
        for plain in ["a.ron", "a/b-c_d.case.ron", "C:/jobs/a.ron", "über/ä.ron", "exactly-once", "a=b,c+d@e%"] {
            assert_eq!(quoted(plain), plain);
        }
        for (argument, expected) in [
            ("my jobs/a.ron", "'my jobs/a.ron'"),
            ("it's.ron", r"'it'\''s.ron'"),
            ("", "''"),
            ("a&b", "'a&b'"),
            ("$HOME", "'$HOME'"),
            ("~a", "'~a'"),
            ("a*?[0]", "'a*?[0]'"),
            ("a\nb", "'a\nb'"),
            ("C:\\a", "'C:\\a'"),
            ("-x.ron", "./-x.ron"),
            ("-x y", "'./-x y'"),
        ] {
            assert_eq!(quoted(argument), expected);
        }
        assert_eq!(command("trace --lanes", "a b.ron"), "cutline trace --lanes 'a b.ron'");
    }
}
