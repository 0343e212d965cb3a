//! Moments, faults, what people do, expectations.

use super::layout::Item;
use super::{Namer, decimal, duration, quoted};
use crate::ids::{CheckpointId, TaskId};
use crate::plan::{Amount, Ask, Check, Expectation, Fault, Moment, Plan, RandomFaults, User};
use crate::scenario::words;

pub(super) fn faults(plan: &Plan, namer: &Namer<'_>) -> Item {
    let item = |fault: &Fault| match *fault {
        Fault::Crash { task, at } => {
            Item::named("Crash", [("task", namer.task(task)), ("at", moment(at, Some(task), namer))])
        }
        Fault::CrashManager { manager, at } => {
            let name = plan.managers.get(manager.0 as usize).map_or("tm", |manager| &manager.name);
            Item::named("CrashManager", [("manager", quoted(name)), ("at", moment(at, None, namer))])
        }
        Fault::Slow { task, thousandths, from, until } => Item::named(
            "Slow",
            [
                ("task", namer.task(task)),
                ("factor", decimal(thousandths)),
                ("from", duration(from)),
                ("until", duration(until)),
            ],
        ),
    };
    Item::Lines(plan.faults.iter().map(item).collect())
}

pub(super) fn user(plan: &Plan, namer: &Namer<'_>) -> Item {
    let item = |user: &User| {
        let what = match user.ask {
            Ask::Checkpoint => "Checkpoint",
            Ask::Cancel => "Cancel",
            Ask::Start => "Start",
        };
        Item::named(what, [("at", moment(user.at, None, namer))])
    };
    Item::Lines(plan.user.iter().map(item).collect())
}

pub(super) fn random_faults(faults: &RandomFaults, namer: &Namer<'_>) -> Item {
    let crashes = match (faults.at_least, faults.at_most) {
        (least, most) if least == most => Item::call("Exactly", [Item::word(least)]),
        (least, most) => Item::call("Between", [Item::word(least), Item::word(most)]),
    };
    let mut parts = vec![("crashes", crashes)];
    if !faults.tasks.is_empty() {
        parts.push(("tasks", namer.tasks(&faults.tasks)));
    }
    parts.push(("within", Item::call("", [duration(faults.within.0), duration(faults.within.1)])));
    Item::Call("", parts)
}

/// A moment; its task is left out where it is `own`.
fn moment(moment: Moment, own: Option<TaskId>, namer: &Namer<'_>) -> Item {
    let of = |name: &'static str, task: TaskId, mut parts: Vec<(&'static str, Item)>| {
        if own != Some(task) {
            parts.insert(0, ("task", namer.task(task)));
        }
        Item::Call(name, parts)
    };
    match moment {
        Moment::Barrier { task, checkpoint: id, phase } => {
            let phase = words::PHASES.word(phase).into();
            of("Barrier", task, vec![("checkpoint", checkpoint(id)), ("phase", phase)])
        }
        Moment::Record { task, n, before } => {
            of("Record", task, vec![("n", Item::word(n)), ("when", words::SIDES.word(before).into())])
        }
        Moment::Trigger(id) => Item::named("Trigger", [("checkpoint", checkpoint(id))]),
        Moment::Complete(id) => Item::named("Complete", [("checkpoint", checkpoint(id))]),
        Moment::Restore { task, n } => of("Restore", task, vec![("n", Item::word(n))]),
        Moment::Job(status) => Item::call("Job", [words::JOB_STATUSES.word(status).into()]),
        Moment::Time(at) => Item::call("Time", [duration(at)]),
        Moment::End => Item::word("End"),
    }
}

pub(super) fn expectations(plan: &Plan, namer: &Namer<'_>) -> Vec<Item> {
    let item = |expectation: &Expectation| match expectation {
        Expectation::Always(always) => check(always, namer),
        Expectation::Never(never) => Item::call("Never", [check(never, namer)]),
        Expectation::Sometimes(sometimes) => Item::call("Sometimes", [check(sometimes, namer)]),
        Expectation::Violates(rule) => Item::named("Violates", [("rule", quoted(rule.word()))]),
    };
    plan.expect.iter().map(item).collect()
}

fn check(checked: &Check, namer: &Namer<'_>) -> Item {
    let with_sink = |name, sink| Item::named(name, [("sink", namer.vertex(sink))]);
    let with_op = |name, vertex| Item::named(name, [("op", namer.vertex(vertex))]);
    match checked {
        Check::Job(status) => Item::call("Job", [words::JOB_STATUSES.word(*status).into()]),
        Check::At(at, inner) => {
            let own = match **inner {
                Check::State { task, .. } | Check::Stored { task, .. } => Some(task),
                _ => None,
            };
            Item::call("At", [moment(*at, own, namer), check(inner, namer)])
        }
        Check::State { task, key, is } => {
            let mut parts = vec![("task", namer.task(*task)), ("is", Item::word(is))];
            parts.extend(key.map(|key| ("key", Item::word(key))));
            Item::Call("State", parts)
        }
        Check::Stored { task, is } => Item::named("Stored", [("task", namer.task(*task)), ("is", Item::word(is))]),
        Check::Final { vertex, total } => {
            Item::named("Final", [("op", namer.vertex(*vertex)), ("total", Item::word(total))])
        }
        Check::Checkpoint { id, status, reason } => {
            let mut parts: Vec<(&'static str, Item)> = id.iter().map(|&id| ("id", checkpoint(id))).collect();
            parts.push(("status", words::CHECKPOINT_STATUSES.word(*status).into()));
            parts.extend(reason.map(|reason| ("reason", quoted(reason.name()))));
            Item::Call("Checkpoint", parts)
        }
        Check::Checkpoints(status, count) => {
            Item::call("Checkpoints", [words::CHECKPOINT_STATUSES.word(*status).into(), amount(*count)])
        }
        Check::Restarts(count) => Item::call("Restarts", [amount(*count)]),
        Check::Restores { count, from } => {
            let mut parts = vec![("count", amount(*count))];
            parts.extend(from.map(|id| ("from", checkpoint(id))));
            Item::Call("Restores", parts)
        }
        Check::ExactlyOnce { sink } => with_sink("ExactlyOnce", *sink),
        Check::Duplicates { sink } => with_sink("Duplicates", *sink),
        Check::Output { sink, is } => {
            let values = Item::Fill(is.iter().map(i64::to_string).collect());
            Item::named("Output", [("sink", namer.vertex(*sink)), ("is", values)])
        }
        Check::NoLoss { vertex } => with_op("NoLoss", *vertex),
        Check::Overcount { vertex } => with_op("Overcount", *vertex),
        Check::Late { vertex, count } => {
            Item::named("Late", [("op", namer.vertex(*vertex)), ("count", amount(*count))])
        }
        Check::Retained(count) => Item::call("Retained", [amount(*count)]),
        Check::FailedByCheckpoints => Item::call("RestartBecause", [Item::word("CheckpointFailures")]),
        Check::Explained => Item::word("Explained"),
    }
}

fn amount(amount: Amount) -> Item {
    match amount {
        Amount::Exactly(n) => Item::call("Exactly", [Item::word(n)]),
        Amount::AtLeast(n) => Item::call("AtLeast", [Item::word(n)]),
        Amount::AtMost(n) => Item::call("AtMost", [Item::word(n)]),
    }
}

fn checkpoint(id: CheckpointId) -> Item {
    Item::word(id)
}
