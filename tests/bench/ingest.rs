//! How many reports the collector takes in over real TLS, each on disk before
//! it is acknowledged, from many agents at a time; and what SQLite alone would
//! have needed for the same reports in the same groups.

use crate::sample::Sample;
use anyhow::Context;
use collector::store;
use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;
use tests::fleet;
use tests::fleet::Member;
use tests::fleet::Says;
use tests::site::Site;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// So many agents, each with a connection of its own.
const AGENTS: usize = 200;

/// For so long each kind of report is sent.
const LENGTH: Duration = Duration::from_secs(10);

/// What the collector that is measured is set to, beside its addresses. A sink
/// that hangs belongs here.
const SETTINGS: &str = "[metrics]\nlisten = \"127.0.0.1:0\"\n[keep]\nfindings = \"30d\"\n";

/// What is sent: how it is called, reports in a request, what each says.
const KINDS: [(&str, u64, Says); 3] = [
    ("heartbeats", 1, Says::Alive),
    ("findings that changed", 1, Says::Finding),
    ("findings, 64 a request", 64, Says::Finding),
];

/// Closed findings that are too old, deleted while the last kind is sent again.
const OLD: u32 = 300_000;

pub fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut site = Site::start(folder.path(), SETTINGS)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let configuration = site.laptop("fleet")?.configuration();
    let mut members = runtime.block_on(fleet::enroll(&configuration, AGENTS))?;
    for (name, count, says) in KINDS {
        members = measure(&mut site, &runtime, members, (name, count, says))?;
    }
    drop(members);
    site.kill_collector();
    age(&site.state())?;
    site.start_collector()?;
    let members = runtime.block_on(fleet::enroll(&configuration, AGENTS))?;
    let begun = old(&site.state())?;
    measure(&mut site, &runtime, members, ("heartbeats while old findings go", 1, Says::Alive))?;
    println!("    {} of {OLD} old findings went meanwhile", begun - old(&site.state())?);
    Ok(())
}

fn measure(
    site: &mut Site,
    runtime: &Runtime,
    members: Vec<Member>,
    (name, count, says): (&str, u64, Says),
) -> anyhow::Result<Vec<Member>> {
    let process = site.collector().map(|running| running.id()).context("it runs")?;
    let (stop, stopped) = watch::channel(false);
    let (commits, before, begun) = (commits(site)?, cpu(process)?, Instant::now());
    let (members, mut took) = runtime.block_on(async {
        let telling = tokio::spawn(fleet::tell(members, (count, says), stopped));
        tokio::time::sleep(LENGTH).await;
        stop.send_replace(true);
        telling.await
    })?;
    let (seconds, used) = (begun.elapsed().as_secs_f64(), cpu(process)?.saturating_sub(before));
    let requests = took.len();
    let mut times = took.drain(..);
    let sample = Sample::take(requests, || times.next().context("as many as there are"))?;
    let groups = (self::commits(site)? - commits).max(1);
    #[expect(clippy::cast_precision_loss, reason = "counts for people to read")]
    let (reports, group) = ((requests as u64 * count) as f64, requests as f64 / groups as f64);
    println!("  {name}, {AGENTS} connections");
    println!(
        "    {:.0} a second; {:.0} a second and core of the collector; an answer: {sample}",
        reports / seconds,
        reports / used.as_secs_f64()
    );
    println!("    {group:.0} requests in a commit; memory (PSS) {} MiB", pss(process)? / 1024);
    let together = usize::try_from(count)? * (requests / usize::try_from(groups)?).max(1);
    bare(site.state().as_path(), together, says, reports / used.as_secs_f64())?;
    Ok(members)
}

/// What SQLite alone takes for the same reports as plain rows, as many of them
/// in a commit, as safe on the same disk.
fn bare(state: &Path, together: usize, says: Says, ours: f64) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(state.parent().context("it has a parent")?)?;
    let store = store::create(folder.path())?;
    store.execute_batch(
        "create table bare (laptop text, run text, sequence integer, body text,
             primary key (laptop, run, sequence)) strict, without rowid",
    )?;
    let text = serde_json::to_string(&fleet::report("run", 1, says))?;
    let (begun, before, mut count) = (Instant::now(), cpu(std::process::id())?, 0_u32);
    while begun.elapsed() < LENGTH / 4 {
        let change = store::change(&store)?;
        for _ in 0..together {
            count += 1;
            let laptop = format!("00000000-0000-4000-8000-{:012}", count % 200);
            change
                .prepare_cached("insert into bare values (?1, 'run', ?2, ?3)")?
                .execute((laptop, count, &text))?;
        }
        change.commit()?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let used = cpu(std::process::id())?.saturating_sub(before).as_secs_f64();
    let a_core = f64::from(count) / used;
    println!(
        "    SQLite alone, {together} rows in a commit: {:.0} a second, {a_core:.0} a second and \
         core; the collector needs {:.1} times as much of a core",
        f64::from(count) / seconds,
        a_core / ours
    );
    Ok(())
}

/// How many commits there have been, as the collector counts them.
fn commits(site: &Site) -> anyhow::Result<u64> {
    let addresses = fs::read(site.state().join("addresses.json"))?;
    let addresses: serde_json::Value = serde_json::from_slice(&addresses)?;
    let address = addresses["metrics"].as_str().context("it tells figures")?;
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    let name = "moored_collector_commit_seconds_count ";
    let line = page.lines().find_map(|line| line.strip_prefix(name));
    Ok(line.context("commits are counted")?.trim().parse()?)
}

/// Puts findings into the store that closed long ago, each with a step.
fn age(state: &Path) -> anyhow::Result<()> {
    let store = store::open(state)?;
    store.execute_batch(&format!(
        "begin;
         with recursive n(i) as (select 0 union all select i + 1 from n where i < {OLD} - 1)
         insert into finding (laptop, signature, title, severity, confidence, technique,
             opened_at, last_at, closed_at, body)
         select (select id from laptop limit 1), 'kvm.old' || i, 'old', 'high', 'high', 'T',
             '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z',
             hex(zeroblob(400)) from n;
         insert into finding_step select id, 1, opened_at, title, severity, 'alert', null, null, 1
             from finding where closed_at < '2021';
         commit;"
    ))?;
    Ok(())
}

fn old(state: &Path) -> anyhow::Result<u32> {
    let store = store::open(state)?;
    let count = "select count(*) from finding where closed_at < '2021'";
    Ok(store.prepare(count)?.query_row([], |row| row.get(0))?)
}

fn pss(process: u32) -> anyhow::Result<u64> {
    let memory = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = memory.lines().find_map(|line| line.strip_prefix("Pss:"));
    let word = line.and_then(|rest| rest.split_whitespace().next());
    Ok(word.context("the kernel tells memory")?.parse()?)
}

/// The processor time a process has used, from its threads' schedules.
pub fn cpu(process: u32) -> anyhow::Result<Duration> {
    let mut used = Duration::ZERO;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let schedule = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        let ran = schedule.split_whitespace().next().and_then(|word| word.parse().ok());
        used += Duration::from_nanos(ran.unwrap_or_default());
    }
    Ok(used)
}
