//! Functions of one value, and questions about one.

/// A function of one value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Function {
    /// `x + n`
    Add(i64),
    /// `x * n`
    Multiply(i64),
    /// The remainder of `x / n`, never negative. `n` is at least 1.
    Remainder(i64),
    /// `-x`
    Negate,
}

impl Function {
    /// Applies it; overflow wraps.
    pub fn of(self, x: i64) -> i64 {
        match self {
            Self::Add(n) => x.wrapping_add(n),
            Self::Multiply(n) => x.wrapping_mul(n),
            Self::Remainder(n) => x.rem_euclid(n),
            Self::Negate => x.wrapping_neg(),
        }
    }
}

/// A question about one value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Predicate {
    /// Divisible by two.
    Even,
    /// Not divisible by two.
    Odd,
    /// At least this.
    AtLeast(i64),
    /// Smaller than this.
    Below(i64),
    /// Divisible by this; at least 1.
    MultipleOf(i64),
}

impl Predicate {
    /// Whether it holds for `x`.
    pub fn holds(self, x: i64) -> bool {
        match self {
            Self::Even => x % 2 == 0,
            Self::Odd => x % 2 != 0,
            Self::AtLeast(n) => x >= n,
            Self::Below(n) => x < n,
            Self::MultipleOf(n) => x % n == 0,
        }
    }
}
