//! Everything of a kind, for another program.

use super::*;

fn place() -> Place {
    let place = Place::started();
    place.store().execute_batch(ROWS).unwrap();
    place.run(&["user", "add", "ada", "--role", "admin"]);
    place
}

fn lines(place: &Place, words: &[&str]) -> Vec<Value> {
    let (code, told) = place.run(words);
    assert_eq!(code, GOOD);
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_is_a_row_in_json_and_has_the_columns_of_the_csv() {
    let place = place();
    for (what, rows) in [("findings", 3), ("laptops", 2), ("audit", 1)] {
        let told = lines(&place, &["export", what]);
        assert_eq!(told.len(), rows);
        let (code, csv) = place.run(&["export", what, "--format", "csv"]);
        assert_eq!(code, GOOD);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let mut head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(reader.records().map(Result::unwrap).count(), rows);
        head.sort();
        let mut keys: Vec<&String> = told[0].as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(head.iter().collect::<Vec<_>>(), keys, "{what}");
    }
}

#[test]
fn only_what_has_changed_since_is_exported() {
    let place = place();
    let ids = |since: &str, what| -> Vec<String> {
        let told = lines(&place, &["export", what, "--since", since]);
        told.iter().map(|row| row["id"].to_string()).collect()
    };
    assert_eq!(ids("2026-11-23T10:00:00Z", "findings"), ["1", "2"]);
    assert_eq!(ids("2026-11-24T09:00:01Z", "findings"), [""; 0]);
    assert_eq!(ids("2026-11-24T10:00:00Z", "laptops"), ["\"a\""]);
    assert!(place.attempt(&["export", "findings", "--since", "yesterday"]).is_err());
}

#[test]
fn more_rows_than_are_read_at_a_time_come_once_each() {
    let place = place();
    let many = "insert into finding (laptop, signature, title, severity, confidence, technique,
            opened_at, last_at, body)
        with recursive n (i) as (select 1 union all select i + 1 from n where i < 2500)
        select 'a', 'x.' || i, '=cmd()', 'low', 'low', 'T1', '2026-11-01T00:00:00Z',
            '2026-11-01T00:00:00Z', '{}' from n";
    place.store().execute_batch(many).unwrap();
    let told = lines(&place, &["export", "findings"]);
    let ids: std::collections::BTreeSet<i64> =
        told.iter().map(|row| row["id"].as_i64().unwrap()).collect();
    assert_eq!((told.len(), ids.len()), (2503, 2503));
    let csv = place.run(&["export", "findings", "--format", "csv"]).1;
    assert_eq!(csv.matches(",'=cmd(),").count(), 2500);
}
