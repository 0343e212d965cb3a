//! A builder's own operator, boxed: `Clone`, `Eq` and `Hash` by hand, by its fingerprint.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3Default;

use super::{Failure, Operator, Outputs, Record};

/// A builder's own [`Operator`].
#[derive(Debug)]
pub struct Foreign(Box<dyn Operator>);

impl Foreign {
    /// Wraps an operator.
    pub fn new(vertex: impl Operator + 'static) -> Self {
        Self(Box::new(vertex))
    }

    pub(super) fn process(&mut self, input: usize, record: Record, out: &mut Outputs) -> Result<(), Failure> {
        self.0.process(input, record, out)
    }

    pub(super) fn advance(&mut self, out: &mut Outputs) -> Result<(), Failure> {
        self.0.advance(out)
    }

    pub(super) fn view(&self, key: i64) -> i64 {
        self.0.view(key)
    }

    pub(super) fn entries(&self) -> u64 {
        self.0.entries()
    }

    fn print(&self) -> u64 {
        let mut hasher = Xxh3Default::new();
        self.0.fingerprint(&mut hasher);
        hasher.finish()
    }
}

impl Clone for Foreign {
    /// # Panics
    /// If the copy is not equal, with debug assertions: it has forgotten something.
    fn clone(&self) -> Self {
        let copy = Self(self.0.boxed());
        debug_assert!(
            copy == *self,
            "the copy that `boxed` makes has another fingerprint: it forgets what decides the future\n  of  {:?}\n  as  {:?}",
            self.0,
            copy.0
        );
        copy
    }
}

impl PartialEq for Foreign {
    fn eq(&self, other: &Self) -> bool {
        self.print() == other.print()
    }
}

impl Eq for Foreign {}

impl Hash for Foreign {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.print());
    }
}
