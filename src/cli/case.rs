//! Case files: a finding as a scenario of its own, with a comment that says where it comes from.

use std::fs;
use std::path::Path;

use super::{Exit, Refusal};
use crate::explore::{Case, Fault};
use crate::plan::RuleName;
use crate::scenario;

/// In front of the digest in the comment.
const DIGEST: &str = "digest ";

/// Writes the case of a finding to this folder, and returns its path. `found` says how it was found. A reader never sees
/// half a file: it gets its name when it is complete.
pub(super) fn save(case: &Case, rule: RuleName, seed: u64, found: &str, folder: &Path) -> Result<String, Refusal> {
    let path = folder.join(format!("{}-{seed:x}.case.ron", rule.word()));
    let name = path.display().to_string();
    let text = text(case, rule, seed, found, &name)?;
    let temporary = folder.join(format!(".{}-{seed:x}.{}.tmp", rule.word(), std::process::id()));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&temporary, text))
        .and_then(|()| fs::rename(&temporary, &path))
        .map_err(|error| Refusal::new(Exit::Usage, format!("error: {name} cannot be written: {error}\n")))?;
    Ok(name)
}

fn text(case: &Case, rule: RuleName, seed: u64, found: &str, name: &str) -> Result<String, Refusal> {
    let violation = &case.violation;
    let header = format!(
        "{} is broken: {}\n\
         at step {} ({} s); {} are pinned, not yet shrunk\n\
         \n\
         found by {found}; seed {seed:#x}\n\
         cutline {}\n\
         {DIGEST}{}\n\
         replay: cutline replay {name}\n\
         \n\
         Once the cause is mended, turn each `Violates` below into what should hold.",
        rule.word(),
        violation.detail,
        violation.step,
        violation.at,
        crate::report::words::count(case.pinned as u64, "step"),
        env!("CARGO_PKG_VERSION"),
        case.digest,
    );
    let text = scenario::print_case(&case.plan, &header)
        .map_err(|unprintable| Refusal::new(Exit::Usage, format!("error: there is no case file: {unprintable}\n")))?;
    // What is saved must be what was found.
    match scenario::load(&text, name) {
        Ok(plan) if plan == case.plan => Ok(text),
        _ => Err(Fault::Lost { seed, rule }.into()),
    }
}

/// The digest that the comment of a case file names.
pub(super) fn digest_in(text: &str) -> Option<&str> {
    let comments = text.lines().filter_map(|line| line.strip_prefix("// "));
    comments.filter_map(|line| line.strip_prefix(DIGEST)).map(str::trim).next()
}
