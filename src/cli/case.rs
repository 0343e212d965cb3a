//! Case files: a finding as a scenario of its own, as small as it goes, with a comment that says where it comes from.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::args::Find;
use super::files::File;
use super::target::unwritable;
use super::{Exit, Refusal, interrupt};
use crate::explore::no_return::{MOST_STATES, no_return_until};
use crate::explore::shrink::shrink_until;
use crate::explore::{Case, Charge, Effort, Fault, Shows};
use crate::plan::{Expectation, Plan, Topology};
use crate::report::campaign::{Cases, Saved};
use crate::report::{command, shrunk as text, words as report};
use crate::run::{End, Order, Outcome};
use crate::scenario;

/// In front of the digest in the comment.
const DIGEST: &str = "digest ";

/// What becomes of findings.
pub(super) struct Keeping {
    /// The folder of the case files.
    folder: PathBuf,
    /// How much work goes into making one smaller; none: it is kept as it was found.
    effort: Option<Effort>,
    /// The names that were given: no finding takes the place of another one.
    names: BTreeSet<String>,
    /// A file that is not to be written over.
    input: Option<PathBuf>,
}

/// The cases that were saved, and why not all of them were.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) cases: Cases,
    pub(super) trouble: Option<Refusal>,
}

impl Keeping {
    /// As it is asked for.
    pub(super) fn new(find: &Find) -> Self {
        let effort = (!find.no_shrink).then(Effort::default);
        Self { folder: find.out.join("cases"), effort, names: BTreeSet::new(), input: None }
    }

    /// Below this folder, made smaller with this effort; `input` is the file that it comes from.
    pub(super) fn smaller(out: &Path, effort: Effort, input: &Path) -> Self {
        let input = Some(input.to_owned());
        Self { folder: out.join("cases"), effort: Some(effort), names: BTreeSet::new(), input }
    }

    /// Keeps each of these findings of a file, as long as that works. `charges` have the order of the run that shows
    /// each; `found` says how they were found.
    pub(super) fn keep_all(
        &mut self,
        file: &File,
        charges: impl IntoIterator<Item = (Charge, Order)>,
        found: &str,
    ) -> Result<Kept, Refusal> {
        let mut kept = Kept::default();
        for (charge, order) in charges {
            match self.keep(&file.path, &file.plan, &order, charge, found) {
                Ok(saved) => _ = kept.cases.insert(charge, saved),
                Err(refusal) if refusal.exit == Exit::Fault => return Err(refusal),
                Err(refusal) => _ = kept.trouble.get_or_insert(refusal),
            }
        }
        Ok(kept)
    }

    /// Makes the run of this order into a case, shrinks it, and saves it under the name of the file and of what it shows.
    /// `found` says how it was found.
    pub(super) fn keep(
        &mut self,
        path: &str,
        plan: &Plan,
        order: &Order,
        charge: Charge,
        found: &str,
    ) -> Result<Saved, Refusal> {
        let case = Case::of(plan, order, charge)?;
        let name = format!("{}-{}", stem(path), what(&case));
        self.keep_case(case, &name, &format!("{found}; seed {:#x}", order.seed))
    }

    /// Shrinks a case and saves it under this name, or this name with a number.
    pub(super) fn keep_case(&mut self, case: Case, name: &str, found: &str) -> Result<Saved, Refusal> {
        let trace = case.outcome.trace.clone();
        let shrunk = self.effort.map(|effort| shrink_until(&case, &effort, &interrupt::requested)).transpose()?;
        let case = shrunk.as_ref().map_or(&case, |shrunk| &shrunk.case);
        let moment = no_return_until(case, MOST_STATES, &interrupt::requested);
        let names = Topology::new(&case.plan).names;
        let mut facts = shrunk.as_ref().map_or_else(String::new, text::shrunk);
        let too_late = text::no_return(&moment, &case.shows, &names);
        facts.push_str(&format!("  too late {too_late}\n"));
        let path = self.path(name);
        let path = save(case, &path, &format!("{}\nfound by {found}", unindented(&facts)))?;
        let rule = case.shows.violation().map(|violation| violation.rule);
        Ok(Saved { path, rule, trace, pinned: case.pinned, facts, too_late, shrunk })
    }

    /// The path of a case of this name. A case of an earlier run may lie there, but none of this one.
    fn path(&mut self, name: &str) -> PathBuf {
        let of = |name: &str| self.folder.join(format!("{name}.case.ron"));
        let is_input = |path: &Path| match (&self.input, path.canonicalize()) {
            (Some(input), Ok(path)) => input.canonicalize().is_ok_and(|input| input == path),
            _ => false,
        };
        let numbered = (2..).map(|number: u32| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let name = names.find(|name| !self.names.contains(name) && !is_input(&of(name)));
        let name = name.expect("there are numbers enough");
        let path = of(&name);
        self.names.insert(name);
        path
    }
}

/// The name of a file, without what says that it is a scenario, or a case.
pub(super) fn stem(path: &str) -> String {
    let path = Path::new(path);
    let name = path.file_name().map_or_else(|| "case".to_owned(), |name| name.to_string_lossy().into_owned());
    let stem = name.strip_suffix(".ron").unwrap_or(&name);
    stem.strip_suffix(".case").unwrap_or(stem).to_owned()
}

/// What a case shows, for its name: `exactly-once`, `expect-never-duplicates`.
fn what(case: &Case) -> String {
    match &case.shows {
        Shows::Broken(violation) => violation.rule.word().to_owned(),
        Shows::Unmet { expectation, .. } => format!("expect-{}", kebab(&words(&case.plan, expectation))),
    }
}

/// An expectation of a plan as it stands in files.
pub(super) fn words(plan: &Plan, expectation: &Expectation) -> String {
    let plan = Plan { expect: vec![expectation.clone()], ..plan.clone() };
    scenario::expectations(&plan).swap_remove(0)
}

/// The words in front of it, in small letters: `Never(Duplicates(sink: "out"))` is `never-duplicates`.
fn kebab(text: &str) -> String {
    let mut kebab = String::new();
    for word in text.split('(') {
        for c in word.chars() {
            if c.is_uppercase() && !kebab.is_empty() {
                kebab.push('-');
            }
            kebab.extend(c.to_lowercase());
        }
        if !["Always", "Never", "At"].contains(&word) {
            break;
        }
    }
    kebab
}

/// Refuses a file whose pinned steps were not possible in its own run.
pub(super) fn applies(file: &File, outcome: &Outcome) -> Result<(), Refusal> {
    if !matches!(outcome.end, End::Mismatch(_)) {
        return Ok(());
    }
    let why = report::end(&file.subject(), &outcome.end);
    Err(Refusal::new(Exit::Inconclusive, format!("{}: the schedule does not apply any more: {why}\n", file.path)))
}

/// Lines without what they all begin with.
fn unindented(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line))).collect()
}

/// Writes a case, and returns the name of its file. `facts` say what is known of it. A reader never sees half a file: it
/// gets its name when it is complete.
fn save(case: &Case, path: &Path, facts: &str) -> Result<String, Refusal> {
    let name = path.display().to_string();
    let text = text(case, facts, &name)?;
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&temporary, text))
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|error| {
        // A disk may be full in the middle of it.
        let _ = fs::remove_file(&temporary);
        unwritable(&name, &error)
    })?;
    Ok(name)
}

fn text(case: &Case, facts: &str, name: &str) -> Result<String, Refusal> {
    let (what, then) = match &case.shows {
        Shows::Broken(violation) => (
            format!(
                "{} is broken: {}\nat step {} ({} s)",
                violation.rule.word(),
                violation.detail,
                violation.step,
                violation.at
            ),
            "turn each `Violates` below into what should hold".to_owned(),
        ),
        Shows::Unmet { expectation, why, .. } => {
            let expected = words(&case.plan, expectation);
            (format!("{expected} is not met: {why}"), format!("expect `{expected}` again in place of its opposite"))
        }
    };
    let header = format!(
        "{what}\n\
         \n\
         {facts}\n\
         cutline {}\n\
         {DIGEST}{}\n\
         replay: {}\n\
         \n\
         Once the cause is mended, {then}.",
        env!("CARGO_PKG_VERSION"),
        case.digest,
        command("replay", name),
    );
    let text = scenario::print_case(&case.plan, &header)
        .map_err(|unprintable| Refusal::new(Exit::Usage, format!("error: there is no case file: {unprintable}\n")))?;
    // What is saved must be what was found.
    match scenario::load(&text, name) {
        Ok(plan) if plan == case.plan => Ok(text),
        _ => Err(Fault::Lost { seed: case.plan.seed, charge: case.charge() }.into()),
    }
}

/// The digest that the comment of a case file names.
pub(super) fn digest_in(text: &str) -> Option<&str> {
    let comments = text.lines().filter_map(|line| line.strip_prefix("// "));
    comments.filter_map(|line| line.strip_prefix(DIGEST)).map(str::trim).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_and_of_what_they_show() {
        for (path, name) in [("a/b.ron", "b"), ("a/b.case.ron", "b"), ("b", "b"), ("v1.2.ron", "v1.2")] {
            assert_eq!(stem(path), name);
        }
        for (text, name) in [
            ("Job(Finished)", "job"),
            ("Never(Duplicates(sink: \"out\"))", "never-duplicates"),
            ("At(Complete(2), State(task: \"sum\", is: 3))", "at-complete"),
            ("Restarts(Exactly(3))", "restarts"),
            ("FailedByCheckpoints", "failed-by-checkpoints"),
        ] {
            assert_eq!(kebab(text), name, "{text}");
        }
    }
}
