//! Every mistake is told, with its line.

use super::Age;
use super::Interval;
use super::Reader;
use super::Size;
use std::collections::BTreeMap;

fn problems(text: &str) -> Vec<String> {
    let mut reader = Reader::new("agent.toml", text);
    let _: Option<String> = reader.need("state");
    let _: Option<u16> = reader.take("port");
    reader.section("collector", |section| section.take::<String>("url"));
    reader.finish().iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_file_has_no_problems() {
    assert_eq!(problems("state = \"/x\"\nport = 1\n[collector]\nurl = \"u\"\n"), [""; 0]);
}

#[test]
fn all_mistakes_are_told_at_once_in_order_of_lines() {
    let text = "port = \"high\"\nspeed = 1\n[collector]\nurl = 3\nuri = \"x\"\n";
    assert_eq!(
        problems(text),
        [
            "agent.toml: state is missing",
            "agent.toml:1: port: invalid type: string \"high\", expected u16",
            "agent.toml:2: speed is not a setting; here go state, port, collector",
            "agent.toml:4: collector.url: invalid type: integer `3`, expected a string",
            "agent.toml:5: collector.uri is not a setting; here go url",
        ]
    );
}

#[test]
fn a_table_whose_keys_are_its_writers_own_is_read_as_a_whole() {
    let text = "[place]\n\"eu:1\" = \"a\"\n\"us:1\" = 7\nasia = \"b\"\n";
    let mut reader = Reader::new("f", text);
    let read: BTreeMap<String, String> = reader.section("place", Reader::rest);
    let expected = [("asia", "b"), ("eu:1", "a")].map(|(key, value)| (key.into(), value.into()));
    assert_eq!(read, expected.into());
    let told: Vec<String> = reader.finish().iter().map(ToString::to_string).collect();
    assert_eq!(told, ["f:3: place.us:1: invalid type: integer `7`, expected a string"]);
}

#[test]
fn a_mistake_in_the_syntax_has_a_line() {
    let problems = problems("state = \"/x\"\nport = = 1\n");
    assert!(problems.iter().any(|problem| problem.starts_with("agent.toml:2: ")), "{problems:?}");
}

#[test]
fn a_value_that_is_right_is_given() {
    let mut reader = Reader::new("f", "numbers = { a = 1 }\n");
    let numbers: Option<BTreeMap<String, u8>> = reader.take("numbers");
    assert_eq!(numbers, Some(BTreeMap::from([("a".to_owned(), 1)])));
    assert_eq!(reader.finish(), []);
}

#[test]
fn tables_are_read_by_their_names_and_their_mistakes_told_with_their_lines() {
    let text = "[sinks.b]\nkind = \"x\"\nport = 1\n[sinks.a]\nkind = 2\n[sinks]\nc = 3\n";
    let mut reader = Reader::new("f", text);
    let read = reader.tables("sinks", |name, table| (name.to_owned(), table.take("kind")));
    let (a, b) = (("a".to_owned(), None), ("b".to_owned(), Some("x".to_owned())));
    assert_eq!(read, [a, b]);
    let told: Vec<String> = reader.finish().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "f:3: sinks.b.port is not a setting; here go kind",
            "f:5: sinks.a.kind: invalid type: integer `2`, expected a string",
            "f:7: sinks.c: must be a table, [sinks.c]",
        ]
    );
}

#[test]
fn lengths_of_time_and_sizes_are_read_and_bounded() {
    let interval = |text: &str| Interval::try_from(text.to_owned()).map(|i| i.to_string());
    assert_eq!(interval("600s"), Ok("10m".to_owned()));
    assert_eq!(interval("30d"), Ok("30d".to_owned()));
    assert_eq!(interval("0s"), Err("`0s` must be from 1s to 400d".to_owned()));
    assert!(interval("soon").unwrap_err().starts_with("`soon` is not a length of time"));
    assert!(interval("-5m").is_err());
    let size = |text: &str| Size::try_from(text.to_owned()).map(|size| size.to_string());
    assert_eq!(size("16 MiB"), Ok("16 MiB".to_owned()));
    assert_eq!(size("2048KiB"), Ok("2 MiB".to_owned()));
    assert!(size("16").unwrap_err().starts_with("`16` is not a size"));
    assert!(size("0 KiB").is_err());
}

#[test]
fn an_age_is_a_number_of_days_or_has_no_end() {
    for good in ["1d", "90d", "3650d", "forever"] {
        assert_eq!(Age::try_from(good.to_owned()).unwrap().to_string(), good);
    }
    let told = |text: &str| Age::try_from(text.to_owned()).unwrap_err();
    assert_eq!(told("3651d"), "`3651d` must be from 1d to 3650d, or `forever`");
    assert_eq!(told("0d"), "`0d` must be from 1d to 3650d, or `forever`");
    for bad in ["", "d", "90", "12h", "-1d", "never"] {
        let expected = format!("`{bad}` is not an age such as 90d or 400d, and not `forever`");
        assert_eq!(told(bad), expected);
    }
    assert_eq!((Age::days(0), Age::days(9999)), (Age::days(1), Age::days(3650)));
    assert_eq!(Age::FOREVER.duration(), None);
    assert_eq!(Age::days(2).duration(), Some(std::time::Duration::from_hours(48)));
}
