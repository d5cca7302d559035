//! Opening the database: made, kept, migrated, refused.
#![expect(clippy::disallowed_methods, reason = "the test looks at what the store made")]

use super::*;

fn fresh() -> (tempfile::TempDir, Connection) {
    let state = tempfile::tempdir().unwrap();
    let connection = create(state.path()).unwrap();
    (state, connection)
}

#[test]
fn a_new_database_is_at_the_newest_version_and_safe() {
    let (state, connection) = fresh();
    assert_eq!(version(&connection).unwrap(), MIGRATIONS.len());
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    assert_eq!(pragma("journal_mode").unwrap(), "wal");
    assert_eq!((number("synchronous").unwrap(), number("foreign_keys").unwrap()), (2, 1));
    assert_eq!(version(&open(state.path()).unwrap()).unwrap(), MIGRATIONS.len());
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_database_or_what_belongs_to_it() {
    use std::os::unix::fs::PermissionsExt;

    let (state, connection) = fresh();
    connection.execute("insert into account (name, password) values ('a', 'b')", []).unwrap();
    let entries = std::fs::read_dir(state.path()).unwrap().map(|entry| entry.unwrap());
    let mut modes: Vec<_> = entries
        .map(|entry| {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            (entry.file_name().into_string().unwrap(), mode)
        })
        .collect();
    modes.sort();
    let name = |suffix: &str| format!("{FILE}{suffix}");
    assert_eq!(modes, [(name(""), 0o600), (name("-shm"), 0o600), (name("-wal"), 0o600)]);
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking() {
    let state = tempfile::tempdir().unwrap();
    let told = open(state.path()).unwrap_err().to_string();
    let place = state.path().display();
    let expected = format!(
        "there is no database in {place} yet: start the collector once, with `moored-collector run`"
    );
    assert_eq!(told, expected);
    assert!(!state.path().join(FILE).exists());
}

#[test]
fn a_database_of_a_newer_collector_is_refused_and_not_touched() {
    let (state, connection) = fresh();
    let (known, newer) = (MIGRATIONS.len(), MIGRATIONS.len() + 1);
    connection.pragma_update(None, "user_version", u32::try_from(newer).unwrap()).unwrap();
    let told = open(state.path()).unwrap_err().to_string();
    let expected = format!(
        "the database is of version {newer}, and this collector knows only {known}: \
         install the newer collector again"
    );
    assert_eq!(told, expected);
    assert_eq!(version(&connection).unwrap(), newer);
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    let state = tempfile::tempdir().unwrap();
    let before = Connection::open(state.path().join(FILE)).unwrap();
    before.execute_batch("create table audit (x)").unwrap();
    assert!(matches!(open(state.path()), Err(StoreError::Database(_))));
    let tables = "select group_concat(name) from sqlite_schema where type = 'table'";
    let tables: String = before.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!((tables.as_str(), version(&before).unwrap()), ("audit", 0));
}

/// A database as the first version left it.
const VERSION_1: &str = r#"
insert into laptop (id, host, platform, enrolled_at, not_after)
values ('a', 'ada', 'linux', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z');
insert into finding values (7, 'a', 'kvm.pikvm', 'A PiKVM', 'high', 'medium', 'T1200',
    '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z', null,
    '{"signature":"kvm.pikvm","title":"A PiKVM","severity":"high","confidence":"medium",
    "technique":"T1200","why":"why","innocent":"innocent","references":[],
    "opened":"2026-11-24T09:00:00Z","evidence":[]}');
pragma user_version = 1;
"#;

#[test]
fn what_the_first_version_kept_is_an_alert_after_the_migration() {
    let state = tempfile::tempdir().unwrap();
    let before = Connection::open(state.path().join(FILE)).unwrap();
    before.execute_batch(MIGRATIONS[0]).unwrap();
    before.execute_batch(VERSION_1).unwrap();
    drop(before);
    let store = open(state.path()).unwrap();
    assert_eq!(version(&store).unwrap(), MIGRATIONS.len());
    let found = read::finding(&store, 7).unwrap().unwrap();
    let of_row = (found.row.title.as_str(), found.row.kind, found.row.standing);
    assert_eq!(of_row, ("A PiKVM", model::Kind::Identity, model::Standing::Alert));
    let of_body = (found.body.kind, found.body.standing, found.body.corroboration);
    let nothing = model::Corroboration::default();
    assert_eq!(of_body, (model::Kind::Identity, model::Standing::Alert, nothing));
    let of_tool = (found.row.rung, found.row.verdict, found.row.approval);
    assert_eq!(of_tool, (None, None, None));
    let step = read::StepRow {
        number: 1,
        at: found.row.last_at,
        title: "A PiKVM".to_owned(),
        severity: model::Severity::High,
        standing: model::Standing::Alert,
        rung: None,
        verdict: None,
        open: true,
    };
    assert_eq!(found.steps, [step]);
    let laptop = read::laptop(&store, "a").unwrap().unwrap();
    assert_eq!((laptop.open_alerts, laptop.open_leads), (1, 0));
    assert_eq!(laptops::told(&store, "a").unwrap(), []);
}
