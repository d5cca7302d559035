//! What all sensors see, kept for a minute: it takes a row of every laptop.

use super::super::answer::Refused;
use super::super::desk::Desk;
use crate::store::read;
use crate::store::read::Coverage;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// What is older than this is read again, after it was shown once more.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// What was seen last, and when.
#[derive(Default)]
pub struct Glance(Mutex<Kept>);

#[derive(Clone, Default)]
struct Kept {
    seen: Option<(Timestamp, Arc<Coverage>)>,
    is_read: bool,
}

/// What all sensors see, and of when that is.
///
/// Only who asks first waits; later on what was seen last is given, and read
/// again behind the page's back.
pub async fn coverage(
    desk: &Arc<Desk>,
    now: Timestamp,
) -> Result<(Timestamp, Arc<Coverage>), Refused> {
    let Some((at, coverage)) = desk.glance.seen() else {
        return read_again(desk, now).await;
    };
    if now.duration_since(at) > FRESH && desk.glance.begin() {
        let desk = Arc::clone(desk);
        tokio::spawn(async move {
            // What failed is in the log, and is tried again with the next page.
            let _ = read_again(&desk, now).await;
            desk.glance.end();
        });
    }
    Ok((at, coverage))
}

async fn read_again(desk: &Desk, now: Timestamp) -> Result<(Timestamp, Arc<Coverage>), Refused> {
    let coverage = Arc::new(desk.read(read::coverage).await?);
    desk.glance.with(|kept| kept.seen = Some((now, Arc::clone(&coverage))));
    Ok((now, coverage))
}

impl Glance {
    fn with<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn seen(&self) -> Option<(Timestamp, Arc<Coverage>)> {
        self.with(|kept| kept.seen.clone())
    }

    /// True for the one who is to read it again.
    fn begin(&self) -> bool {
        self.with(|kept| !std::mem::replace(&mut kept.is_read, true))
    }

    fn end(&self) {
        self.with(|kept| kept.is_read = false);
    }
}
