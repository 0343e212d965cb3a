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

/// When it was pressed first.
static FIRST: OnceLock<Instant> = OnceLock::new();

/// Programs that start this one may pass on what it has already got from the terminal: that is one press, not two.
const ONE_PRESS: Duration = Duration::from_millis(100);

/// A file that is not complete yet: nobody must find it afterwards.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Listens from now on.
pub(super) fn listen() {
    // If nobody can listen, Ctrl-C ends the program as it does any other.
    let _ = ctrlc::set_handler(|| {
        let first = *FIRST.get_or_init(now);
        if REQUESTED.swap(true, Ordering::SeqCst) {
            if first.elapsed() < ONE_PRESS {
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
    if let Ok(mut known) = UNFINISHED.lock() {
        *known = path;
    }
}
