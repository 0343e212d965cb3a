//! Case files: a finding as a scenario of its own, as small as it goes, with a comment that says where it comes from.

use std::fs;
use std::path::Path;

use super::files::File;
use super::{Exit, Refusal, interrupt};
use crate::explore::no_return::{MOST_STATES, no_return_until};
use crate::explore::shrink::shrink_until;
use crate::explore::{Case, Effort, Fault};
use crate::plan::{Plan, RuleName, Topology};
use crate::report::campaign::Saved;
use crate::report::{shrunk as text, words};
use crate::run::{End, Order, Outcome};
use crate::scenario;

/// In front of the digest in the comment.
const DIGEST: &str = "digest ";

/// What becomes of a finding.
pub(super) struct Keeping<'a> {
    /// The folder of the case files.
    pub(super) folder: &'a Path,
    /// How much work goes into making it smaller; none: it is kept as it was found.
    pub(super) effort: Option<Effort>,
}

impl Keeping<'_> {
    /// Makes the run of this order, which breaks this rule, into a case, shrinks it, and saves it under the rule's word
    /// and the seed. `found` says how it was found.
    pub(super) fn keep(&self, plan: &Plan, order: &Order, rule: RuleName, found: &str) -> Result<Saved, Refusal> {
        let case = Case::of(plan, order, rule)?;
        self.keep_case(case, &format!("{}-{:x}", rule.word(), order.seed), &format!("{found}; seed {:#x}", order.seed))
    }

    /// Shrinks a case and saves it under this name.
    pub(super) fn keep_case(&self, case: Case, stem: &str, found: &str) -> Result<Saved, Refusal> {
        let trace = case.outcome.trace.clone();
        let shrunk = self.effort.map(|effort| shrink_until(&case, &effort, &interrupt::requested)).transpose()?;
        let case = shrunk.as_ref().map_or(&case, |shrunk| &shrunk.case);
        let moment = no_return_until(case, MOST_STATES, &interrupt::requested);
        let names = Topology::new(&case.plan).names;
        let mut facts = shrunk.as_ref().map_or_else(String::new, text::shrunk);
        let too_late = text::no_return(&moment, &names);
        facts.push_str(&format!("  too late {too_late}\n"));
        let path = save(case, stem, &format!("{}\nfound by {found}", unindented(&facts)), self.folder)?;
        Ok(Saved { path, trace, pinned: case.pinned, facts, too_late, shrunk })
    }
}

/// Refuses a file whose pinned steps were not possible in its own run.
pub(super) fn applies(file: &File, outcome: &Outcome) -> Result<(), Refusal> {
    if !matches!(outcome.end, End::Mismatch(_)) {
        return Ok(());
    }
    let why = words::end(&file.subject(), &outcome.end);
    Err(Refusal::new(Exit::Inconclusive, format!("{}: the schedule does not apply any more: {why}\n", file.path)))
}

/// Lines without what they all begin with.
fn unindented(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line))).collect()
}

/// Writes a case to this folder, and returns its path. `facts` say what is known of it. A reader never sees half a file:
/// it gets its name when it is complete.
fn save(case: &Case, stem: &str, facts: &str, folder: &Path) -> Result<String, Refusal> {
    let path = folder.join(format!("{stem}.case.ron"));
    let name = path.display().to_string();
    let text = text(case, facts, &name)?;
    let temporary = folder.join(format!(".{stem}.{}.tmp", std::process::id()));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&temporary, text))
        .and_then(|()| fs::rename(&temporary, &path))
        .map_err(|error| Refusal::new(Exit::Usage, format!("error: {name} cannot be written: {error}\n")))?;
    Ok(name)
}

fn text(case: &Case, facts: &str, name: &str) -> Result<String, Refusal> {
    let violation = &case.violation;
    let rule = violation.rule;
    let header = format!(
        "{} is broken: {}\n\
         at step {} ({} s)\n\
         \n\
         {facts}\n\
         cutline {}\n\
         {DIGEST}{}\n\
         replay: cutline replay {name}\n\
         \n\
         Once the cause is mended, turn each `Violates` below into what should hold.",
        rule.word(),
        violation.detail,
        violation.step,
        violation.at,
        env!("CARGO_PKG_VERSION"),
        case.digest,
    );
    let text = scenario::print_case(&case.plan, &header)
        .map_err(|unprintable| Refusal::new(Exit::Usage, format!("error: there is no case file: {unprintable}\n")))?;
    // What is saved must be what was found.
    match scenario::load(&text, name) {
        Ok(plan) if plan == case.plan => Ok(text),
        _ => Err(Fault::Lost { seed: case.plan.seed, rule }.into()),
    }
}

/// The digest that the comment of a case file names.
pub(super) fn digest_in(text: &str) -> Option<&str> {
    let comments = text.lines().filter_map(|line| line.strip_prefix("// "));
    comments.filter_map(|line| line.strip_prefix(DIGEST)).map(str::trim).next()
}
