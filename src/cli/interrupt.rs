//! Ctrl-C: the first one is a request that work looks at now and then; the second ends the program at once.

use std::fs;
use std::path::PathBuf;
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use super::progress::now;
use super::{Exit, say};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Whether work looks at it: otherwise the first one ends the program.
static HEARD: AtomicBool = AtomicBool::new(false);

/// When it was pressed first.
static FIRST: OnceLock<Instant> = OnceLock::new();

/// Programs that start this one may pass on what it has already got from the terminal: that is one press, not two.
const ONE_PRESS: Duration = Duration::from_millis(100);

/// A file that is not complete yet: nobody must find it afterwards.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Work looks at [`requested`] from now on.
pub(super) fn listen() {
    HEARD.store(true, Ordering::SeqCst);
    handle();
}

fn handle() {
    // If nobody can listen, or somebody does already, nothing changes: at worst Ctrl-C ends the program as any other.
    let _ = ctrlc::set_handler(|| {
        let first = *FIRST.get_or_init(now);
        let is_heard = HEARD.load(Ordering::SeqCst);
        if REQUESTED.swap(true, Ordering::SeqCst) || !is_heard {
            if is_heard && first.elapsed() < ONE_PRESS {
                return;
            }
            if let Ok(mut path) = UNFINISHED.lock() {
                path.take().into_iter().for_each(|path| _ = fs::remove_file(path));
            }
            exit(i32::from(Exit::Interrupted as u8));
        }
        say("\ninterrupted: what is known so far comes now; once more ends it at once\n");
    });
}

/// Whether somebody wants an end.
pub(super) fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Notes a file that is being written, or that it is complete now.
pub(super) fn unfinished(path: Option<PathBuf>) {
    if path.is_some() {
        handle();
    }
    if let Ok(mut known) = UNFINISHED.lock() {
        *known = path;
    }
}
