//! Numbers become ranges without holes.

use super::*;
use crate::store;

const RUN: Run = Run { laptop: "one", run: "r" };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn fresh() -> (tempfile::TempDir, Connection) {
    let state = tempfile::tempdir().unwrap();
    let store = store::create(state.path()).unwrap();
    store
        .execute("insert into laptop (id, host, platform, enrolled_at, not_after) values ('one', '', '', '', '')", [])
        .unwrap();
    (state, store)
}

fn ranges(store: &Connection) -> Vec<(i64, i64)> {
    store
        .prepare("select first, last from numbering order by first")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn check(numbers: &[i64], expected: &[(i64, i64)]) {
    let (_state, store) = fresh();
    for &number in numbers {
        assert!(RUN.take(&store, number, at(0)).unwrap(), "{numbers:?}: {number}");
        assert!(!RUN.take(&store, number, at(0)).unwrap(), "{numbers:?}: {number} again");
    }
    assert_eq!(ranges(&store), expected, "{numbers:?}");
}

#[test]
fn ranges_grow_at_both_ends_and_meet() {
    check(&[1, 2, 3], &[(1, 3)]);
    check(&[3, 2, 1], &[(1, 3)]);
    check(&[1, 5, 3], &[(1, 1), (3, 3), (5, 5)]);
    check(&[1, 2, 5, 6, 3], &[(1, 3), (5, 6)]);
    check(&[1, 2, 5, 6, 4], &[(1, 2), (4, 6)]);
    check(&[1, 3, 2], &[(1, 3)]);
    check(&[1, 2, 4, 5, 3], &[(1, 5)]);
    check(&[i64::MAX, i64::MAX - 1], &[(i64::MAX - 1, i64::MAX)]);
}

#[test]
fn every_order_of_the_same_numbers_gives_the_same_ranges() {
    let numbers = [1, 2, 3, 4, 6, 7];
    for turn in 0..numbers.len() {
        for step in [1, 5] {
            let order: Vec<i64> = (0..numbers.len())
                .map(|index| numbers[(turn + index * step) % numbers.len()])
                .collect();
            check(&order, &[(1, 4), (6, 7)]);
        }
    }
}

#[test]
fn the_present_run_is_the_one_last_heard_of() {
    let (_state, store) = fresh();
    let other = Run { run: "s", ..RUN };
    assert!(RUN.is_present(&store).unwrap());
    RUN.take(&store, 1, at(0)).unwrap();
    assert!(other.is_present(&store).unwrap());
    other.take(&store, 1, at(1)).unwrap();
    assert!(other.is_present(&store).unwrap());
    assert!(!RUN.is_present(&store).unwrap());
    RUN.take(&store, 2, at(2)).unwrap();
    assert!(RUN.is_present(&store).unwrap());
    assert_eq!((RUN.highest(&store).unwrap(), other.highest(&store).unwrap()), (Some(2), Some(1)));
    assert_eq!(Run { run: "t", ..RUN }.highest(&store).unwrap(), None);
}
