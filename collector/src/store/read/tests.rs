//! What the store answers, asked of a store filled through the real schema.

use super::*;
use crate::store::migrate;
use model::Blindness;
use model::Confidence;
use model::Kind;
use model::Rung;
use model::Severity;
use model::Sight;
use model::Standing;
use model::Verdict;
use std::collections::BTreeMap;

const ALL: Slice = Slice { skip: 0, take: 100 };

const ROWS: &str = r#"
insert into laptop (id, host, platform, agent, enrolled_at, heard_at, not_after, sight, lost, damaged)
values ('a', 'Ada-PC', 'linux', '0.1.0', '2026-11-01T00:00:00Z', '2026-11-24T10:00:00Z',
        '2026-12-01T00:00:00Z', '{"usb":"seeing","display":{"blind":{"source":"/x","reason":"denied"}}}', 3, 1);
insert into laptop (id, host, platform, enrolled_at, not_after, revoked_at)
values ('b', 'aaa', 'windows', '2026-11-02T00:00:00Z', '2026-12-02T00:00:00Z', '2026-11-03T00:00:00Z');
insert into numbering values ('a', 'r1', 3, 4, '2026-11-23T00:00:00Z');
insert into numbering values ('a', 'r1', 8, 9, '2026-11-24T00:00:00Z');
insert into numbering values ('a', 'r2', 1, 2, '2026-11-24T00:00:01Z');
insert into numbering values ('b', 'r1', 1, 7, '2026-11-24T00:00:00Z');
insert into finding values (1, 'a', 'kvm.pikvm', 'A PiKVM', 'high', 'medium', 'T1200',
    '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z', null, '{}', 'identity', 'alert', null, null, null);
insert into finding values (2, 'b', 'remote.rustdesk', 'RustDesk 100%_x', 'low', 'high', 'T1219.002',
    '2026-11-24T10:00:00Z', '2026-11-24T11:00:00Z', '2026-11-24T11:00:00Z', '{}', 'activity', 'lead', 'session', 'not-approved', null);
insert into finding values (3, 'a', 'kvm.gadget', 'A gadget', 'critical', 'low', 'T1200',
    '2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z', null, 'not json', 'structure', 'lead', 'running', 'approved',
    '{"owner":"Grace","reason":"help desk","expires":"2026-12-31"}');
insert into audit (at, actor, action, subject) values ('2026-11-24T10:00:00Z', 'cli', 'one', 'x');
insert into audit (at, actor, action, subject) values ('2026-11-24T10:00:00Z', 'cli', 'two', 'y');
"#;

fn store() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    connection.execute_batch(ROWS).unwrap();
    connection
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn gap(first: u64, last: u64, day: &str) -> Gap {
    Gap { run: "r1".to_owned(), first, last, at: at(&format!("2026-11-{day}T00:00:00Z")) }
}

fn check(filter: &Filter, expected: &[i64]) {
    let part = findings(&store(), filter, ALL).unwrap();
    let ids: Vec<i64> = part.rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, expected, "{filter:?}");
    assert_eq!(part.total, expected.len() as u64, "{filter:?}");
}

#[test]
fn a_laptop_says_how_it_sees_and_what_never_arrived() {
    let blind = Blindness { source: "/x".to_owned(), reason: "denied".to_owned() };
    let expected = LaptopRow {
        id: "a".to_owned(),
        host: "Ada-PC".to_owned(),
        platform: "linux".to_owned(),
        agent: "0.1.0".to_owned(),
        enrolled_at: at("2026-11-01T00:00:00Z"),
        heard_at: Some(at("2026-11-24T10:00:00Z")),
        not_after: at("2026-12-01T00:00:00Z"),
        revoked_at: None,
        sight: BTreeMap::from([
            ("display".to_owned(), Sight::Blind(blind)),
            ("usb".to_owned(), Sight::Seeing),
        ]),
        lost: 3,
        damaged: 1,
        open_alerts: 1,
        open_leads: 1,
        gaps: vec![gap(1, 2, "23"), gap(5, 7, "24")],
    };
    assert_eq!(laptop(&store(), "a").unwrap(), Some(expected));
    assert_eq!(laptop(&store(), "c").unwrap(), None);
}

#[test]
fn laptops_come_by_host_name_with_revoked_ones_last() {
    let laptops = laptops(&store()).unwrap();
    let hosts: Vec<&str> = laptops.iter().map(|laptop| laptop.host.as_str()).collect();
    assert_eq!(hosts, ["Ada-PC", "aaa"]);
    assert_eq!(laptops[0].gaps, [gap(1, 2, "23"), gap(5, 7, "24")]);
    assert_eq!(laptops[1].gaps, []);
    assert_eq!((laptops[1].open_alerts, laptops[1].open_leads), (0, 0));
}

#[test]
fn findings_come_newest_first_and_in_parts() {
    check(&Filter::default(), &[3, 2, 1]);
    let part = findings(&store(), &Filter::default(), Slice { skip: 1, take: 1 }).unwrap();
    let expected = FindingRow {
        id: 2,
        laptop: "b".to_owned(),
        host: "aaa".to_owned(),
        signature: "remote.rustdesk".to_owned(),
        title: "RustDesk 100%_x".to_owned(),
        severity: Severity::Low,
        confidence: Confidence::High,
        kind: Kind::Activity,
        standing: Standing::Lead,
        technique: "T1219.002".to_owned(),
        opened_at: at("2026-11-24T10:00:00Z"),
        last_at: at("2026-11-24T11:00:00Z"),
        closed_at: Some(at("2026-11-24T11:00:00Z")),
        rung: Some(Rung::Session),
        verdict: Some(Verdict::NotApproved),
        approval: None,
    };
    assert_eq!(part, Part { rows: vec![expected], total: 3 });
}

#[test]
fn each_filter_keeps_what_it_says() {
    let text = |text: &str| Filter { text: Some(text.to_owned()), ..Filter::default() };
    let family = |family: &str| Filter { family: Some(family.to_owned()), ..Filter::default() };
    check(&Filter { severity: Some(Severity::High), ..Filter::default() }, &[3, 1]);
    check(&Filter { state: State::Open, ..Filter::default() }, &[3, 1]);
    check(&Filter { state: State::Closed, ..Filter::default() }, &[2]);
    check(&Filter { standing: Some(Standing::Alert), ..Filter::default() }, &[1]);
    check(&Filter { standing: Some(Standing::Lead), ..Filter::default() }, &[3, 2]);
    check(&Filter { laptop: Some("b".to_owned()), ..Filter::default() }, &[2]);
    let rung = |rung| Filter { rung: Some(rung), ..Filter::default() };
    check(&rung(Rung::Present), &[3, 2]);
    check(&rung(Rung::Running), &[3, 2]);
    check(&rung(Rung::Reachable), &[2]);
    let verdict = |verdict| Filter { verdict: Some(verdict), ..Filter::default() };
    check(&verdict(Verdict::Approved), &[3]);
    check(&verdict(Verdict::NotApproved), &[2]);
    check(&verdict(Verdict::Other), &[]);
    check(&family("kvm"), &[3, 1]);
    check(&family("kv"), &[]);
    check(&text("PIKVM"), &[1]);
    check(&text("ada-pc"), &[3, 1]);
    check(&text("t1219"), &[2]);
    check(&text("0%_X"), &[2]);
    check(&text("%"), &[2]);
    check(&text("' or 1=1 --"), &[]);
}

#[test]
fn families_come_once_each() {
    assert_eq!(families(&store()).unwrap(), ["kvm", "remote"]);
}

#[test]
fn a_body_that_cannot_be_read_is_an_error_that_names_the_column() {
    let error = finding(&store(), 3).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Conversion error from type Text at index: 10, cannot read column body: expected ident at line 1 column 2"
    );
    assert_eq!(finding(&store(), 4).unwrap(), None);
}

#[test]
fn the_audit_trail_comes_newest_first() {
    let row = |id, action: &str, subject: &str| AuditRow {
        id,
        at: at("2026-11-24T10:00:00Z"),
        actor: "cli".to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        hash: None,
    };
    let expected = Part { rows: vec![row(2, "two", "y"), row(1, "one", "x")], total: 2 };
    assert_eq!(audit(&store(), ALL).unwrap(), expected);
}

fn plan(store: &Connection, query: &str) -> String {
    let mut plan = store.prepare(&format!("explain query plan {query}")).unwrap();
    let lines = plan.query_map([], |row| row.get::<_, String>(3)).unwrap();
    lines.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
}

#[test]
fn lists_follow_an_index_and_sort_nothing() {
    let store = store();
    for (state, standing, severity) in [
        (State::All, None, None),
        (State::Closed, None, None),
        (State::Open, Some(Standing::Alert), None),
        (State::All, Some(Standing::Lead), Some(Severity::High)),
    ] {
        let filter = Filter { severity, state, standing, ..Filter::default() };
        let query = wanted::Wanted::of(&store, &filter).unwrap().newest(50);
        let plan = plan(&store, &query);
        // Only what each stretch gives, so many at most, is put in order.
        let each = "COVERING INDEX finding_listed (standing=? AND severity=? AND <expr>=?); SCAN";
        let found = plan.matches("SEARCH finding").count();
        assert!(found > 0 && plan.matches(each).count() == found, "{query}: {plan}");
        assert!(!plan.contains("SCAN finding"), "{query}: {plan}");
    }
    let query = "select id from laptop
        order by revoked_at is not null, host collate nocase, id limit 9";
    let plan = plan(&store, query);
    assert!(plan.contains("laptop_by_name") && !plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn what_is_a_laptops_is_found_by_the_laptop() {
    let store = store();
    let of_laptop = "from finding where finding.laptop = 'a'";
    let mut listed = Filter { laptop: Some("a".to_owned()), ..Filter::default() };
    listed.standing = Some(Standing::Alert);
    for (query, index) in [
        (
            wanted::Wanted::of(&store, &listed).unwrap().newest(50).replace("?1", "'a'"),
            "finding_of_laptop (laptop=?)",
        ),
        (
            format!("select count(*) {of_laptop} and closed_at is null and standing = 'alert'"),
            "COVERING INDEX finding_open_of_laptop (laptop=? AND standing=?)",
        ),
        (
            format!("select id, body {of_laptop} and signature = 'x' and closed_at is null"),
            "INDEX finding_open (laptop=? AND signature=?)",
        ),
        (
            format!(
                "select id, body {of_laptop} and signature = 'x'
                 order by closed_at is not null, id desc limit 1"
            ),
            "INDEX finding_of_laptop (laptop=? AND signature=?)",
        ),
    ] {
        let plan = plan(&store, &query);
        assert!(plan.contains(index), "{query}: {plan}");
    }
}

#[test]
fn a_long_list_is_counted_no_further_than_is_told() {
    let store = store();
    store
        .execute_batch(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
             insert into finding (laptop, signature, title, severity, confidence, technique,
                 opened_at, last_at, closed_at, body)
             select 'a', 'many.x' || i, 't', 'low', 'low', 'T', '2020-01-01T00:00:00Z',
                 '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '{}' from n;",
        )
        .unwrap();
    let total = |skip, take, family: &str| {
        let filter = Filter { family: Some(family.to_owned()), ..Filter::default() };
        let part = findings(&store, &filter, Slice { skip, take }).unwrap();
        (part.rows.len(), part.total)
    };
    assert_eq!(total(0, 50, "many"), (50, COUNTED + 1));
    assert_eq!(total(1000, 50, "many"), (50, 1051));
    assert_eq!(total(2950, 50, "many"), (50, 3000));
    assert_eq!(total(2960, 50, "many"), (40, 3000));
    assert_eq!(total(5000, 50, "many"), (0, 3000));
    assert_eq!(total(0, 50, "man"), (0, 0));
    assert!(families(&store).unwrap().contains(&"many".to_owned()));
}

#[test]
fn laptops_come_a_page_at_a_time_in_the_order_of_the_whole_list() {
    let store = store();
    let all = laptops(&store).unwrap();
    let pages = (0..).map(|skip| laptops_on(&store, Slice { skip, take: 1 }).unwrap());
    let pages: Vec<Part<LaptopRow>> = pages.take_while(|part| !part.rows.is_empty()).collect();
    assert!(all.len() > 1 && pages.iter().all(|part| part.total == all.len() as u64));
    let rows: Vec<LaptopRow> = pages.into_iter().flat_map(|part| part.rows).collect();
    assert_eq!(rows, all);
}

/// The condition for a text takes one of three ways, by how much has it: whichever
/// it is, it means the same.
#[test]
fn few_and_many_findings_of_a_text_are_found_by_what_they_mean() {
    let store = store();
    store
        .execute_batch(
            "pragma foreign_keys = off;
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)
                 insert into laptop (id, host, platform, agent, enrolled_at, not_after)
                 select 'many-' || i, 'Bulk-' || i, 'linux', '0', '2026-11-24T09:00:00Z', '2100-01-01T00:00:00Z' from n;
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000)
                 insert into finding (laptop, signature, title, severity, confidence, technique, opened_at, last_at, body)
                 select 'many-' || i, 'kvm.many', iif(i % 2, 'Odd one', 'Even one'), 'high', 'high', 'T9999',
                     printf('2026-11-25T%02d:%02d:%02dZ', i / 3600, i / 60 % 60, i % 60), '2026-11-25T09:00:00Z', '{}'
                 from n;",
        )
        .unwrap();
    for text in ["bulk-7", "bulk-77", "bulk-", "ODD ONE", "t9999", "many", "bulk-11999", "no such"]
    {
        let filter = Filter { text: Some(text.to_owned()), ..Filter::default() };
        let part = findings(&store, &filter, Slice { skip: 3, take: 5 }).unwrap();
        let expected: Vec<i64> = store
            .prepare(
                "select finding.id from finding join laptop on laptop.id = finding.laptop
                 where instr(lower(title || ' ' || signature || ' ' || technique || ' ' || host), lower(?1))
                 order by opened_at desc, finding.id desc limit 5 offset 3",
            )
            .unwrap()
            .query_map([text], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let found: Vec<i64> = part.rows.iter().map(|row| row.id).collect();
        assert_eq!(found, expected, "{text}");
    }
}
