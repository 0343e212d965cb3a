//! Many runs of one plan, and what they say together. Whoever calls this saves what it finds.
//!
//! | file | holds |
//! | --- | --- |
//! | [`judgement`] | what `run` makes: the file's own run, and as many more as its expectations ask for |
//! | [`campaign`] | runs over a range of seeds, on all cores |
//! | [`reduction`] | which choices of a state need not be tried |
//! | [`search`] | every schedule within the plan's limits, with state merging |
//! | [`strategy`] | how the run of a seed is made |
//! | [`sweep`](mod@sweep) | a crash at every step of one schedule |
//! | [`evidence`] | what runs showed, added up; the status that follows from it |
//! | [`shrink`](mod@shrink) | a finding made as small as it goes |
//! | [`no_return`](mod@no_return) | the step of a finding after which every continuation fails |
//! | [`case`] | a finding made into a plan that shows it again |
//! | [`fault`] | what is wrong with the program itself: panics, runs that differ from themselves |

pub mod campaign;
pub mod case;
pub mod evidence;
pub mod fault;
pub mod judgement;
pub mod no_return;
pub mod reduction;
pub mod search;
pub mod shrink;
pub mod strategy;
pub mod sweep;

pub use campaign::{Campaign, Watch};
pub use case::{Case, Charge, Shows};
pub use evidence::{Broken, CutShort, Evidence, Standing, Status, Totals};
pub use fault::Fault;
pub use judgement::{Judgement, judge, judge_until};
pub use no_return::{NoReturn, no_return};
pub use reduction::Reduction;
pub use search::{
    Bound, Bounds, Direction, End, Finding, Judge, Observer, Progress, Search, Sight, explore, explore_mutant,
    explore_watched,
};
pub use shrink::{Effort, Shrunk, shrink};
pub use strategy::Strategy;
pub use sweep::{Strike, Swept, Victim, sweep};
