//! What is next for a sink: events, and the records that they make.

use crate::sinks::Wanted;
use crate::store::deliveries::Step;
use event::News;
use event::Record;

/// Events in order, and their records in the sink's format.
#[derive(Debug)]
pub struct Load {
    /// The events, and where the records of each end. One that is filtered out
    /// has none.
    events: Vec<(i64, News, usize)>,
    records: Vec<Record>,
    through: i64,
}

impl Load {
    /// What of these events, which follow the number `through`, is for the sink.
    pub fn new(wanted: &Wanted, through: i64, all: Vec<(i64, News)>) -> Self {
        let mut records = Vec::new();
        let mut events = Vec::new();
        for (number, news) in all {
            if wanted.filter.wants(&news) {
                records.append(&mut wanted.format.records(&news, wanted.filter.detail));
            }
            events.push((number, news, records.len()));
        }
        Self { events, records, through }
    }

    /// True if there is no event.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The records.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The step if so many records are done with, and these of them refused. An
    /// event is done with once all its records are.
    pub fn step(&self, count: usize, refused: &[(usize, String)]) -> Step {
        let done = self.events.iter().take_while(|(.., end)| *end <= count);
        let through = done.last().map_or(self.through, |(number, ..)| *number);
        let of = |place: usize| self.events.iter().find(|(.., end)| place < *end);
        let mut dead: Vec<(i64, String, News)> = Vec::new();
        for (place, why) in refused {
            let Some((number, news, _)) = of(*place) else { continue };
            if dead.last().is_none_or(|(last, ..)| last != number) {
                dead.push((*number, why.clone(), news.clone()));
            }
        }
        let sent = i64::try_from(count - refused.len()).unwrap_or(i64::MAX);
        Step { through, sent, refused: dead }
    }
}
