//! Laptops of different people behind one router that is no office's.
//!
//! A router is known by a token its laptops send instead of its link address.
//! One home with one laptop is ordinary, one with two may be a couple; a shelf
//! of them is a laptop farm.

use super::Gathered;
use super::finding::observed;
use crate::incident::SHARED_ROUTER;
use crate::place::network::Class;
use crate::store::assets;
use crate::store::laptops;
use crate::store::routers;
use crate::store::routers::Behind;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Confidence;
use model::Corroboration;
use model::Finding;
use model::Kind;
use model::Observation;
use model::Severity;
use model::Standing;
use model::Value;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// A laptop that was not there for so long has left.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A laptop that was seen there for less is a guest.
const DWELLS: SignedDuration = SignedDuration::from_hours(3 * 24);

/// So many people behind one router are told to somebody at once.
const FARM: usize = 3;

/// The most host names that are told.
const NAMES: usize = 20;

/// What is found of the router the laptop is behind now, if anything.
pub fn found(
    connection: &Connection,
    laptop: &str,
    gathered: &Gathered,
    now: Timestamp,
) -> rusqlite::Result<Option<Finding>> {
    let told = laptops::told(connection, laptop)?;
    let Some(token) = token(&told) else { return Ok(None) };
    routers::seen(connection, laptop, token, now)?;
    let class = gathered.exit().network.class;
    if matches!(class, Class::Corp | Class::Sase) || gathered.is_at_an_office() {
        return Ok(None);
    }
    let since = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
    let dwelling: Vec<Behind> = routers::behind(connection, token, since)?
        .into_iter()
        .filter(|one| one.last_at.duration_since(one.first_at) >= DWELLS)
        .collect();
    if !dwelling.iter().any(|one| one.laptop == laptop) {
        return Ok(None);
    }
    let people = people(connection, &dwelling)?;
    Ok((people > 1).then(|| finding(token, &dwelling, people, now)))
}

/// The router's token, where the router is at one place.
fn token(told: &[Observation]) -> Option<&str> {
    let network = told.iter().find(|seen| seen.sensor == "network")?;
    let text = |field| match network.fields.get(field) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    text("gateway").filter(|_| text("gateway_kind") == Some("line"))
}

/// How many people they are of; of whom nobody has said, each is one.
fn people(connection: &Connection, behind: &[Behind]) -> rusqlite::Result<usize> {
    let mut people = BTreeSet::new();
    for one in behind {
        let expected = assets::of_laptop(connection, &one.laptop)?;
        let person = expected.and_then(|expected| expected.person);
        people.insert(person.map_or_else(|| (1, one.laptop.clone()), |person| (0, person)));
    }
    Ok(people.len())
}

fn finding(token: &str, dwelling: &[Behind], people: usize, now: Timestamp) -> Finding {
    let is_farm = people >= FARM;
    let hosts = dwelling.iter().take(NAMES).map(|one| Value::Text(one.host.clone()));
    let count = |number: usize| Value::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let fields = [
        (SHARED_ROUTER.1, Value::Text(token.to_owned())),
        ("laptops", count(dwelling.len())),
        ("people", count(people)),
        ("hosts", Value::List(hosts.collect())),
    ];
    Finding {
        signature: SHARED_ROUTER.0.to_owned(),
        title: if is_farm {
            "Laptops of several people live behind one router".to_owned()
        } else {
            "Laptops of two people live behind one router".to_owned()
        },
        severity: if is_farm { Severity::High } else { Severity::Medium },
        confidence: if is_farm { Confidence::High } else { Confidence::Low },
        kind: Kind::Neighbor,
        standing: if is_farm { Standing::Alert } else { Standing::Lead },
        corroboration: Corroboration::default(),
        tool: None,
        technique: "T1219.003".to_owned(),
        why: "Company laptops of several people that stay for days behind one router, which is no office's, may stand on one shelf. It says nothing about who types on them, and nothing about where the router is.".to_owned(),
        innocent: "A couple or a shared flat of colleagues, a coworking space, a student hall, or an office that the list of networks does not name.".to_owned(),
        references: Vec::new(),
        opened: now,
        closed: None,
        evidence: vec![observed("place", "router", fields)],
    }
}

/// How long it stays although it is not found any more.
pub fn lasts(signature: &str) -> Option<SignedDuration> {
    (signature == SHARED_ROUTER.0).then(|| SignedDuration::from_hours(24))
}
