//! What is made of many parts, for those who try many steps of one state: a step changes few of them. What is the same
//! need neither be copied nor hashed again.

use std::hash::{Hash, Hasher};

use rapidhash::quality::RapidHasher;

/// Hashes a part, fast. Never stored: it differs between versions and platforms.
pub(crate) fn print(part: &impl Hash) -> u64 {
    let mut hasher = RapidHasher::default_const();
    part.hash(&mut hasher);
    hasher.finish()
}

/// Makes one part what another one is, if it is not.
pub(crate) fn restore<T: Clone + PartialEq>(here: &mut T, there: &T) {
    if here != there {
        here.clone_from(there);
    }
}

/// Appends the print of a part; that of the one before it if both are the same.
pub(crate) fn reprint<T: Hash + PartialEq>(prints: &mut Vec<u64>, here: &T, before: Option<(&T, &[u64])>) {
    let known = before.filter(|(there, _)| here == *there).map(|(_, known)| known[prints.len()]);
    prints.push(known.unwrap_or_else(|| print(here)));
}
