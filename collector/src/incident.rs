//! Puts findings together into incidents, and says when somebody should hear.
//!
//! Laptops tell what they find; a person wants to know what has happened. All
//! that is found on one laptop while an incident of it is open belongs to that
//! incident. A lead opens none: it joins one. Somebody is told when something
//! about an incident is new for the first time (a *mark*), and never because a
//! report has come, or because something went away and came back.

mod weigh;
mod marks;
mod runbook;
mod telling;
mod issued;
pub mod hands;
#[cfg(test)]
mod tests;

use crate::store::audit::Actor;
use crate::store::findings;
use crate::store::incidents;
use crate::store::incidents::Kept;
use crate::store::suppressions;
use crate::store::suppressions::Suppression;
use event::Member;
use event::Outcome;
use event::State;
use event::What;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Confidence;
use model::Finding;
use model::Severity;
use model::Standing;
use model::Value;
use rusqlite::Connection;
use std::collections::BTreeSet;

pub use issued::Unheard;
pub use issued::issued;
pub use telling::test;

/// The finding that joins the laptops behind one router into one incident, and
/// the field of its evidence that names the router.
pub const SHARED_ROUTER: (&str, &str) = ("place.shared-router", "router");

/// What comes back within this time after an incident was closed belongs to it.
const LATER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What the operator says of incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Until then incidents are put together and nobody is told.
    pub learn_until: Option<Timestamp>,
    /// One of which nothing has held for so long closes by itself.
    pub close_quiet_after: SignedDuration,
}

/// What is needed to judge incidents at one moment.
struct Desk<'a> {
    connection: &'a Connection,
    rules: &'a Rules,
    suppressions: Vec<Suppression>,
    now: Timestamp,
}

/// Puts what is found on a laptop into its incident, after its findings may
/// have changed.
pub fn of_laptop(
    connection: &Connection,
    laptop: &str,
    rules: &Rules,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let desk = Desk::new(connection, rules, now)?;
    desk.gather(laptop)?;
    for incident in incidents::of_laptop(connection, laptop)? {
        desk.refresh(incident)?;
    }
    Ok(())
}

/// Something that time alone may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// An incident that is silent for a time, or of which nothing holds any more.
    Incident(i64),
    /// A laptop whose alerts were suppressed and may not be any more.
    Laptop(String),
}

/// All that time alone may change.
pub fn due(connection: &Connection) -> rusqlite::Result<Vec<Due>> {
    let open = incidents::not_closed(connection)?.into_iter().map(Due::Incident);
    let waiting = incidents::waiting(connection)?.into_iter().map(Due::Laptop);
    Ok(open.chain(waiting).collect())
}

/// Looks again at what time alone may have changed.
pub fn by_time(
    connection: &Connection,
    due: &[Due],
    rules: &Rules,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let desk = Desk::new(connection, rules, now)?;
    for one in due {
        match one {
            Due::Incident(id) => desk.refresh(*id)?,
            Due::Laptop(laptop) => of_laptop(connection, laptop, rules, now)?,
        }
    }
    Ok(())
}

impl<'a> Desk<'a> {
    fn new(connection: &'a Connection, rules: &'a Rules, now: Timestamp) -> rusqlite::Result<Self> {
        let suppressions = suppressions::holding(connection, now)?;
        Ok(Self { connection, rules, suppressions, now })
    }

    /// Gives every finding of the laptop its incident, if there is to be one.
    ///
    /// What was over when the laptop could tell of it is heard all the same,
    /// but for what was suppressed meanwhile.
    fn gather(&self, laptop: &str) -> rusqlite::Result<()> {
        self.join_by_router(laptop)?;
        let unjoined = incidents::unjoined(self.connection, laptop)?;
        if unjoined.is_empty() {
            return Ok(());
        }
        let told = incidents::laptop(self.connection, laptop)?;
        let is_past = |member: &Member| {
            member.finding.closed.is_some() && self.is_silent(&member.finding, &told)
        };
        let (past, new): (Vec<Member>, Vec<Member>) = unjoined.into_iter().partition(is_past);
        for member in past {
            incidents::settle(self.connection, member.id)?;
        }
        let is_alert = |finding: &Finding| {
            finding.standing == Standing::Alert && !self.is_silent(finding, &told)
        };
        let key = self.key(laptop)?;
        let incident = match self.current(laptop, &key)? {
            Some(current) => current,
            None if new.iter().any(|member| is_alert(&member.finding)) => {
                let opened = new.iter().map(|member| member.finding.opened).min();
                self.closed_or_new(&key, opened.unwrap_or(self.now))?
            }
            None => return Ok(()),
        };
        for member in new {
            incidents::join(self.connection, member.id, incident.id)?;
            if incident.state == State::Closed && is_alert(&member.finding) {
                self.came_back(&incident, &member.finding)?;
            }
        }
        Ok(())
    }

    fn current(&self, laptop: &str, key: &str) -> rusqlite::Result<Option<Kept>> {
        match incidents::current(self.connection, key)? {
            Some(current) => Ok(Some(current)),
            None => incidents::current_of_laptop(self.connection, laptop),
        }
    }

    fn closed_or_new(&self, key: &str, opened_at: Timestamp) -> rusqlite::Result<Kept> {
        let since = self.now.checked_sub(LATER).unwrap_or(Timestamp::MIN);
        if let Some(closed) = incidents::closed_since(self.connection, key, since)? {
            return Ok(closed);
        }
        let new = Kept {
            id: 0,
            key: key.to_owned(),
            title: String::new(),
            state: State::Open,
            outcome: None,
            severity: Severity::Low,
            confidence: Confidence::Low,
            score: 0,
            opened_at,
            made_at: self.now,
            changed_at: self.now,
            quiet_at: None,
            closed_at: None,
            silent_until: None,
            assignee: None,
            merged: None,
            is_learned: self.rules.learn_until.is_some_and(|until| self.now < until),
            marks: BTreeSet::new(),
            story: incidents::Story::default(),
        };
        let id = incidents::add(self.connection, &new)?;
        Ok(Kept { id, ..new })
    }

    /// What somebody has said to be harmless stays closed when it comes back;
    /// what was real, or what nobody has judged, does not.
    fn came_back(&self, incident: &Kept, finding: &Finding) -> rusqlite::Result<()> {
        if matches!(incident.outcome, Some(Outcome::Benign | Outcome::False)) {
            return Ok(());
        }
        let Some(kept) = incidents::get(self.connection, incident.id)? else { return Ok(()) };
        if kept.state == State::Closed {
            let because = format!("it came back: {}", finding.title);
            self.open_again(kept, &because)?;
        }
        Ok(())
    }

    fn open_again(&self, incident: Kept, because: &str) -> rusqlite::Result<Kept> {
        let again = Kept {
            state: State::Open,
            outcome: None,
            closed_at: None,
            silent_until: None,
            changed_at: self.now,
            ..incident
        };
        incidents::put(self.connection, &again)?;
        self.tell(&again, What::Reopened, because)?;
        Ok(again)
    }

    /// What holds the laptop's findings together.
    fn key(&self, laptop: &str) -> rusqlite::Result<String> {
        let (signature, field) = SHARED_ROUTER;
        let shared = findings::open(self.connection, laptop, signature)?
            .filter(|kept| kept.finding.standing == Standing::Alert);
        let router = shared.as_ref().and_then(|kept| {
            kept.finding.evidence.iter().find_map(|seen| match seen.fields.get(field) {
                Some(Value::Text(token)) => Some(token),
                _ => None,
            })
        });
        Ok(router.map_or_else(|| format!("laptop:{laptop}"), |token| format!("router:{token}")))
    }

    /// Laptops that turn out to be behind one router become one incident.
    fn join_by_router(&self, laptop: &str) -> rusqlite::Result<()> {
        let key = self.key(laptop)?;
        let alone = incidents::current(self.connection, &format!("laptop:{laptop}"))?;
        let Some(alone) = alone.filter(|alone| alone.key != key) else { return Ok(()) };
        let Some(shared) = incidents::current(self.connection, &key)? else {
            return incidents::put(self.connection, &Kept { key, ..alone });
        };
        incidents::move_all(self.connection, alone.id, shared.id)?;
        let note =
            format!("its laptop is behind the same router as those of incident {}", shared.id);
        let merged = Kept {
            state: State::Closed,
            closed_at: Some(self.now),
            changed_at: self.now,
            merged: Some(shared.id),
            ..alone
        };
        incidents::put(self.connection, &merged)?;
        self.tell(&merged, What::Closed, &note)
    }

    fn is_silent(&self, finding: &Finding, laptop: &event::Laptop) -> bool {
        let group = laptop.group.as_deref();
        self.suppressions.iter().any(|one| one.which.meets(finding, &laptop.id, group))
    }

    /// Looks at an incident's evidence anew, and tells of what is new.
    fn refresh(&self, id: i64) -> rusqlite::Result<()> {
        let Some(before) = incidents::get(self.connection, id)? else { return Ok(()) };
        let weighed = weigh::weigh(self, &before)?;
        let Some(weighed) = weighed else { return self.wake(before).map(drop) };
        let new: BTreeSet<String> = weighed.marks.difference(&before.marks).cloned().collect();
        let is_first = before.marks.is_empty();
        let mut after = Kept {
            title: weighed.title,
            severity: weighed.severity,
            confidence: weighed.confidence,
            score: weighed.score,
            opened_at: weighed.opened_at,
            quiet_at: weighed.is_quiet.then(|| before.quiet_at.unwrap_or(self.now)),
            story: weighed.story,
            ..before.clone()
        };
        after = self.wake(after)?;
        if !new.is_empty() && after.state != State::Suppressed {
            after.marks.extend(new.iter().cloned());
            after.changed_at = self.now;
        }
        if after != before {
            incidents::put(self.connection, &after)?;
        }
        if new.is_empty() || after.state == State::Suppressed {
            return self.close_if_quiet(after);
        }
        let because = marks::words(&new);
        match after.state {
            State::Closed => self.open_again(after, &because).map(drop),
            _ if is_first => self.tell(&after, What::Opened, &after.title),
            _ => self.tell(&after, What::Grown, &because),
        }
    }

    /// An incident that was silent for a time, and is not any more.
    fn wake(&self, incident: Kept) -> rusqlite::Result<Kept> {
        let is_over = incident.silent_until.is_some_and(|until| until <= self.now);
        if incident.state != State::Suppressed || !is_over {
            return Ok(incident);
        }
        let awake =
            Kept { state: State::Open, silent_until: None, changed_at: self.now, ..incident };
        incidents::put(self.connection, &awake)?;
        let note = (&Actor::System, "awake", "the time for which it was silent is over");
        incidents::note(self.connection, awake.id, note, self.now)?;
        Ok(awake)
    }

    fn close_if_quiet(&self, incident: Kept) -> rusqlite::Result<()> {
        let is_over = incident
            .quiet_at
            .is_some_and(|since| self.now.duration_since(since) >= self.rules.close_quiet_after);
        if !is_over || incident.state == State::Closed {
            return Ok(());
        }
        self.close(incident, "nothing of it has held for a long time")
    }

    fn close(&self, incident: Kept, because: &str) -> rusqlite::Result<()> {
        let closed = Kept {
            state: State::Closed,
            closed_at: Some(self.now),
            changed_at: self.now,
            silent_until: None,
            ..incident
        };
        incidents::put(self.connection, &closed)?;
        self.tell(&closed, What::Closed, because)
    }

    /// Notes a step that the collector took by itself, and tells others of it,
    /// unless it is learning.
    fn tell(&self, incident: &Kept, what: What, because: &str) -> rusqlite::Result<()> {
        let note = (&Actor::System, what.name(), because);
        incidents::note(self.connection, incident.id, note, self.now)?;
        if self.rules.learn_until.is_some_and(|until| self.now < until) {
            return Ok(());
        }
        telling::tell(self.connection, incident, (what, because), self.now)
    }
}
