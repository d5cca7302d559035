//! How long the console's pages take over a store as large as it gets.

use crate::sample::Sample;
use anyhow::Context;
use anyhow::bail;
use collector::store;
use collector::store::audit;
use collector::store::audit::Actor;
use collector::store::people;
use collector::store::places;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;
use tests::fleet::Browser;
use tests::site::Site;

/// So many laptops, and ten times as many findings.
const LAPTOPS: u32 = 100_000;

/// Every page that is timed; a new one is one line. `LAPTOP` stands for the id
/// of a laptop.
const PAGES: [&str; 29] = [
    "/",
    "/incidents",
    "/incidents?severity=critical",
    "/incidents?text=something",
    "/incidents/1",
    "/signatures",
    "/signatures/kvm.pikvm0",
    "/suppressions",
    "/sinks",
    "/search?q=host-77",
    "/findings",
    "/findings?page=20",
    "/findings?standing=all",
    "/findings?state=open",
    "/findings?state=closed",
    "/findings?severity=high",
    "/findings?severity=critical",
    "/findings?family=kvm",
    "/findings?text=plugged",
    "/findings?text=host-7777",
    "/findings?text=host-77",
    "/findings?text=nowhere",
    "/findings?laptop=LAPTOP",
    "/findings/77777",
    "/laptops",
    "/laptops/LAPTOP",
    "/places",
    "/assets",
    "/audit",
];

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut site = Site::start(folder.path(), "[metrics]\nlisten = \"127.0.0.1:0\"")?;
    site.kill_collector();
    let begun = Instant::now();
    fill(&site.state())?;
    println!("  {LAPTOPS} laptops and {}0 findings in {:.0?}", LAPTOPS, begun.elapsed());
    let secret = sign_in(&site.state())?;
    site.start_collector()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let authority = fs::read(site.state().join("authority.pem"))?;
    let console = site.console.parse()?;
    for page in PAGES {
        let address = page.replace("LAPTOP", &id(777));
        let mut browser = runtime.block_on(Browser::open(console, &authority, &secret))?;
        let mut bytes = 0;
        let times = Sample::take(10, || {
            let begun = Instant::now();
            let (status, length) = runtime.block_on(browser.get(&address))?;
            bytes = length;
            if status != 200 {
                bail!("{address} answers {status}:\n{}", site.collector_printed());
            }
            Ok(begun.elapsed())
        })?;
        let slow = if times.median() > Duration::from_millis(100) { "  SLOW" } else { "" };
        println!("  {page:<28} {times}, {} KiB{slow}", bytes / 1024);
    }
    Ok(())
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn sign_in(state: &Path) -> anyhow::Result<String> {
    let store = store::open(state)?;
    let length = Duration::from_hours(8);
    let opening = people::Opening { account: "admin", way: people::Way::Password, agent: "" };
    people::open_session(&store, opening, length, Timestamp::now()).context("a session")
}

/// Fills a store by its own hand: a million reports would take a while.
fn fill(state: &Path) -> anyhow::Result<()> {
    let store = store::open(state)?;
    let uid = "printf('00000000-0000-4000-8000-%012d', i)";
    let past = |seconds: &str| {
        format!("strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-' || ({seconds}) || ' seconds')")
    };
    let all = format!(
        "with recursive n(i) as (select 0 union all select i + 1 from n where i < {LAPTOPS} - 1)"
    );
    let (heard, opened, closed) =
        (past("3600 + i % 86400"), past("i * 7 % 8000000 + 3600"), past("i * 7 % 8000000"));
    let sight = r#"{"clock":"seeing","display":"seeing","input":"seeing","network":"seeing","process":"seeing","program":"seeing","usb":"seeing"}"#;
    store.execute_batch(&format!(
        "pragma synchronous = off; begin;
         {all} insert into laptop (id, host, platform, agent, enrolled_at, heard_at, not_after, sight, serial)
             select {uid}, 'host-' || i, 'linux', '0.1.0', {opened}, {heard}, '2100-01-01T00:00:00Z',
                 iif(i % 50 = 0, replace('{sight}', '\"usb\":\"seeing\"', '\"usb\":{{\"blind\":{{\"source\":\"/sys\",\"reason\":\"permission denied\"}}}}'), '{sight}'),
                 'SN' || i from n;
         {all} insert into numbering select {uid}, 'run-' || i, 1, 900 + i % 100, {heard} from n;
         {all} insert into numbering select {uid}, 'run-' || i, 1100, 1200, {heard} from n where i % 100 = 0;
         {all} insert into asset select 'SN' || i, null, '{{\"serial\":\"SN' || i || '\",\"person\":\"E-' || i || '\",\"homes\":[\"US-TX\"]}}', {opened} from n;"
    ))?;
    // Of ten findings of a laptop one is an open alert and one an open lead.
    for place in 0..10 {
        let (signature, standing, severity) = match place {
            0 => ("kvm.pikvm", "alert", "high"),
            1 => ("disguise.keyboard", "lead", "medium"),
            _ => ("remote-tools.anydesk", "alert", "medium"),
        };
        let is_open = place < 2;
        let end = if is_open { "null".to_owned() } else { closed.clone() };
        let kind = if place == 1 { "structure" } else { "identity" };
        store.execute_batch(&format!(
            "{all} insert into finding (laptop, signature, title, severity, confidence, technique,
                 opened_at, last_at, closed_at, body, kind, standing)
             select {uid}, '{signature}{place}', 'Something is plugged in or runs', '{severity}', 'high', 'T1219',
                 {opened}, {opened}, {end},
                 json_object('signature', '{signature}{place}', 'title', 'Something is plugged in or runs', 'severity', '{severity}',
                     'confidence', 'high', 'kind', '{kind}', 'standing', '{standing}', 'technique', 'T1219', 'why', hex(zeroblob(150)),
                     'innocent', hex(zeroblob(100)), 'references', json('[]'), 'opened', {opened},
                     'evidence', json('[{{\"sensor\":\"usb\",\"subject\":\"1-4\",\"source\":\"/sys/1-4\",\"fields\":{{\"product\":\"PiKVM\"}}}}]')),
                 '{kind}', '{standing}' from n;"
        ))?;
    }
    incidents(&store)?;
    places_and_audit(&store)?;
    store.execute_batch(
        "insert into finding_step
             select id, 1, opened_at, title, severity, standing, rung, verdict, 1 from finding;
         commit; pragma synchronous = full; pragma wal_checkpoint(truncate);",
    )?;
    Ok(())
}

/// What was told of each laptop's place, and a row of the audit log for each.
fn places_and_audit(store: &Connection) -> anyhow::Result<()> {
    for number in 0..LAPTOPS {
        let told = json!({
            "country": "US", "vote": "3 of 3 say US", "class": "fixed", "organization": "Example Net",
            "expected": ["US-TX"], "way": "31 ms", "notes": [], "logit": f64::from(number % 100) / 10.0,
            "band": "log", "waits": [],
        });
        places::put(store, &id(number), &told, Timestamp::now())?;
    }
    // Each row is chained to the one before.
    for number in 0..LAPTOPS {
        let subject = format!("laptop:{}", id(number));
        audit::note(store, &Actor::System, ("laptop.renew", &subject), Timestamp::now())?;
    }
    Ok(())
}

/// An incident for each laptop, of its open findings; one in ten is open.
fn incidents(store: &Connection) -> anyhow::Result<()> {
    store.execute_batch(
        r#"insert into incident (id, key, title, state, outcome, severity, confidence, score,
                 opened_at, made_at, changed_at, closed_at, is_learned, marks, story)
             select min(id), 'laptop:' || laptop, 'Something is plugged in at ' || laptop,
                 iif(min(id) % 10 = 0, 'open', 'closed'), iif(min(id) % 10 = 0, null, 'benign'),
                 'high', 'high', 60, opened_at, opened_at, opened_at,
                 iif(min(id) % 10 = 0, null, opened_at), 0, '["family kvm"]',
                 '{"reasons":[],"refutes":[],"innocent":["a bench"],"steps":["look"]}'
             from finding where closed_at is null group by laptop;
           insert into incident_finding
             select finding.id, incident.id from finding
             join incident on incident.key = 'laptop:' || finding.laptop
             where finding.closed_at is null;
           insert into incident_finding
             select id, null from finding where closed_at is not null;"#,
    )?;
    Ok(())
}
