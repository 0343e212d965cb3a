//! Inputs of a vertex, and the functions and predicates that inputs and operators use.

use crate::operator::{Function, KeyBy, Predicate, Ship};
use crate::scenario::read::{Raw, Reader};
use crate::scenario::syntax;

/// The sender's name, and how records come from it. A hash edge groups by value unless it says otherwise.
pub(super) fn input<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<(Raw<'a>, Ship)> {
    Some(match r.parts(raw)? {
        syntax::Input::Hash(from, by) => match by.given() {
            None => (from, Ship::Hash(KeyBy::Value)),
            Some(by) => (from, Ship::Hash(key_by(r, by)?)),
        },
        syntax::Input::Forward(from) => (from, Ship::Forward),
        syntax::Input::Rebalance(from) => (from, Ship::Rebalance),
        syntax::Input::Broadcast(from) => (from, Ship::Broadcast),
        syntax::Input::Where(from, predicate) => (from, Ship::Where(self::predicate(r, predicate)?)),
    })
}

fn key_by<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<KeyBy> {
    Some(match r.parts(raw)? {
        syntax::KeyBy::Value => KeyBy::Value,
        syntax::KeyBy::Key => KeyBy::Key,
        syntax::KeyBy::Parity => KeyBy::Parity,
        syntax::KeyBy::Mod(n) => KeyBy::Mod(divisor(r, n)?),
    })
}

/// A question about a value.
pub(super) fn predicate<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Predicate> {
    Some(match r.parts(raw)? {
        syntax::Predicate::Even => Predicate::Even,
        syntax::Predicate::Odd => Predicate::Odd,
        syntax::Predicate::AtLeast(n) => Predicate::AtLeast(r.integer(n)?),
        syntax::Predicate::Below(n) => Predicate::Below(r.integer(n)?),
        syntax::Predicate::MultipleOf(n) => Predicate::MultipleOf(divisor(r, n)?),
    })
}

/// A function of a value.
pub(super) fn function<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Function> {
    Some(match r.parts(raw)? {
        syntax::Function::Add(n) => Function::Add(r.integer(n)?),
        syntax::Function::Multiply(n) => Function::Multiply(r.integer(n)?),
        syntax::Function::Remainder(n) => Function::Remainder(divisor(r, n)?),
        syntax::Function::Negate => Function::Negate,
    })
}

/// A number to divide by.
fn divisor<'a>(r: &mut Reader<'a>, at: Raw<'a>) -> Option<i64> {
    let n = r.integer(at)?;
    if n < 1 {
        r.error(at, "bad-divisor", format!("cannot divide by {n}")).help("use a number of at least 1");
        return None;
    }
    Some(n)
}
