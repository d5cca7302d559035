//! The picture of a laptop's time: what was found on it, from when to when.

use super::words;
use crate::store::read::IncidentRow;
use event::Member;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Standing;

/// The picture's width, and where its lanes begin, in its own units.
const WIDTH: i64 = 960;
const LEFT: i64 = 210;
const LANE: i64 = 26;
const LANE_STEP: usize = 26;
const TOP: i64 = 34;
/// Lanes drawn at most; the table has the others.
const LANES: usize = 16;
/// What is older than this lies at the left edge.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
const SHORTEST: SignedDuration = SignedDuration::from_hours(24);
/// Signs of a lane's name that have room.
const NAME: usize = 26;
/// Even a moment can be seen.
const NARROWEST: i64 = 5;

/// A laptop's time, drawn.
pub struct Picture {
    /// Incidents first, then what was found, by family and thing.
    pub lanes: Vec<Lane>,
    /// Lanes there was no room for.
    pub hidden: usize,
    /// Where a day begins, and which.
    pub ticks: Vec<(i64, String)>,
}

/// What was found of one thing.
pub struct Lane {
    /// Its name, shortened where it is long.
    pub name: String,
    /// Where its upper edge is.
    pub y: i64,
    /// From when to when.
    pub bars: Vec<Bar>,
}

/// From when to when something held.
pub struct Bar {
    /// Where it begins.
    pub x: i64,
    /// How long it is.
    pub width: i64,
    /// `incident`, `alert` or `lead`.
    pub kind: &'static str,
    /// It holds still.
    pub is_open: bool,
    /// What it is, to be read.
    pub title: String,
}

/// From when to when the picture is.
struct Scale {
    from: Timestamp,
    to: Timestamp,
}

impl Picture {
    /// Of these findings and incidents; nothing if there are none.
    pub fn of(found: &[Member], incidents: &[IncidentRow], now: Timestamp) -> Option<Self> {
        let openings = found.iter().map(|member| member.finding.opened);
        let first = openings.chain(incidents.iter().map(|incident| incident.opened_at)).min()?;
        let scale = Scale::new(first, now);
        let above = incidents.iter().map(|incident| {
            let title = format!("Incident {}: {}", incident.id, incident.title);
            scale.bar((incident.opened_at, incident.closed_at), "incident", &title)
        });
        let mut above = Lane::new("incidents".to_owned(), above.collect());
        above.bars.reverse();
        let mut lanes: Vec<Lane> = Vec::new();
        if !above.bars.is_empty() {
            lanes.push(above);
        }
        for member in found {
            let finding = &member.finding;
            let name = words::shortened(&thing(member), NAME);
            let kind = if finding.standing == Standing::Lead { "lead" } else { "alert" };
            let bar = scale.bar((finding.opened, finding.closed), kind, &finding.title);
            let is_its = |lane: &&mut Lane| lane.name == name && lane.has_room(&bar);
            if let Some(lane) = lanes.iter_mut().find(is_its) {
                lane.bars.push(bar);
            } else {
                let last = lanes.iter().rposition(|lane| lane.name == name);
                let place = last.map_or(lanes.len(), |last| last + 1);
                lanes.insert(place, Lane::new(name, vec![bar]));
            }
        }
        for place in (1..lanes.len()).rev() {
            // What has no room beside its like goes on below it, without a name.
            if lanes.get(place - 1).map(|lane| &lane.name)
                == lanes.get(place).map(|lane| &lane.name)
                && let Some(lane) = lanes.get_mut(place)
            {
                lane.name.clear();
            }
        }
        let hidden = lanes.len().saturating_sub(LANES);
        lanes.truncate(LANES);
        for (y, lane) in (TOP..).step_by(LANE_STEP).zip(&mut lanes) {
            lane.y = y;
        }
        Some(Self { lanes, hidden, ticks: scale.ticks() })
    }

    /// How high it is.
    pub fn height(&self) -> i64 {
        TOP + LANE * i64::try_from(self.lanes.len()).unwrap_or_default() + 8
    }
}

impl Lane {
    fn new(name: String, bars: Vec<Bar>) -> Self {
        Self { name, y: TOP, bars }
    }

    /// Whether none of its bars lies where this one would.
    fn has_room(&self, bar: &Bar) -> bool {
        self.bars.iter().all(|one| one.x + one.width < bar.x || bar.x + bar.width < one.x)
    }
}

/// What a finding is about: its family, and the tool or the thing that was seen.
pub fn thing(member: &Member) -> String {
    let finding = &member.finding;
    let family = finding.signature.split('.').next().unwrap_or_default();
    let about = match (&finding.tool, finding.evidence.first()) {
        (Some(tool), _) => tool.id.clone(),
        (None, Some(seen)) => format!("{} {}", seen.sensor, seen.subject),
        (None, None) => finding.signature.clone(),
    };
    format!("{family}: {about}")
}

impl Scale {
    fn new(first: Timestamp, now: Timestamp) -> Self {
        let ago = |length| now.checked_sub(length).unwrap_or(Timestamp::MIN);
        Self { from: first.clamp(ago(LONGEST), ago(SHORTEST)), to: now }
    }

    fn x(&self, at: Timestamp) -> i64 {
        let length = self.to.duration_since(self.from).as_secs().max(1);
        let part = at.clamp(self.from, self.to).duration_since(self.from).as_secs();
        LEFT + part * (WIDTH - LEFT - 20) / length
    }

    fn bar(
        &self,
        (from, to): (Timestamp, Option<Timestamp>),
        kind: &'static str,
        title: &str,
    ) -> Bar {
        let (x, end) = (self.x(from), self.x(to.unwrap_or(self.to)));
        let end_said = to.map_or_else(|| "now".to_owned(), |to| words::minute(&to));
        Bar {
            x: x.min(WIDTH - 20 - NARROWEST),
            width: (end - x).max(NARROWEST),
            kind,
            is_open: to.is_none(),
            title: format!("{title}: {} to {end_said}", words::minute(&from)),
        }
    }

    /// Five moments, evenly.
    fn ticks(&self) -> Vec<(i64, String)> {
        let length = self.to.duration_since(self.from);
        let format = if length.as_hours() > 72 { "%b %-d" } else { "%b %-d, %H:%M" };
        let ticks = (0..5).filter_map(|place| {
            let at = self.from.checked_add(length * place / 5).ok()?;
            Some((self.x(at), at.strftime(format).to_string()))
        });
        ticks.collect()
    }
}
