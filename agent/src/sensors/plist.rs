//! Property lists, XML or binary.
//!
//! Read one event after the other and never built: in a binary one a list can
//! be in many others, so that a small file holds more than there is memory
//! for, and lists nested deeply enough take more of the stack than there is.

use plist::Dictionary;
use plist::Value;
use plist::stream::Event;
use plist::stream::Reader;
use std::io;
use std::io::Cursor;

/// What is read of a file: each event counts as one, and each byte of text or
/// data; and lists within lists. Real files have a few hundred, and a few.
const MOST: usize = 4 << 20;
const DEEPEST: usize = 64;

/// A list we are in.
enum Level {
    /// A dictionary, and the name whose value comes next.
    Dictionary(Option<String>),
    /// An array, and the place in it of what comes next.
    Array(usize),
}

/// The value of a key: the names of dictionaries and in them, and in arrays
/// places from 0, joined by points. An error if it is no property list, or one
/// with more than is read.
pub(super) fn value(bytes: &[u8], key: &str) -> io::Result<Option<String>> {
    walk(bytes, |found, value| (found == key).then(|| value.to_owned()))
}

/// Gives each key and its value to `each`; errors are those of [`value`].
pub fn each(bytes: &[u8], mut each: impl FnMut(&str, &str)) -> io::Result<()> {
    let all = walk(bytes, |key, value| {
        each(key, value);
        None::<()>
    });
    all.map(drop)
}

/// A list of these names and values, as XML.
pub(super) fn written<V: Into<Value>>(pairs: impl IntoIterator<Item = (String, V)>) -> String {
    let list: Dictionary = pairs.into_iter().map(|(name, value)| (name, value.into())).collect();
    let mut text = Vec::new();
    // Writing to memory does not fail.
    drop(Value::Dictionary(list).to_writer_xml(&mut text));
    String::from_utf8(text).unwrap_or_default()
}

/// Goes through all values until one is what is asked for.
fn walk<T>(bytes: &[u8], mut ask: impl FnMut(&str, &str) -> Option<T>) -> io::Result<Option<T>> {
    let refused = || io::Error::from(io::ErrorKind::InvalidData);
    let (mut levels, mut left) = (Vec::new(), MOST);
    for event in Reader::new(Cursor::new(bytes)) {
        let event = event.map_err(|_| refused())?;
        left = left.checked_sub(cost(&event)).ok_or_else(refused)?;
        if let Some((key, value)) = step(&mut levels, event)
            && let Some(answer) = ask(&key, &value)
        {
            return Ok(Some(answer));
        }
        if levels.len() > DEEPEST {
            return Err(refused());
        }
    }
    Ok(None)
}

fn cost(event: &Event<'_>) -> usize {
    match event {
        Event::String(text) => 1 + text.len(),
        Event::Data(bytes) => 1 + bytes.len(),
        _ => 1,
    }
}

/// Takes in an event; gives the value it is, if it is one, after its key.
fn step(levels: &mut Vec<Level>, event: Event<'_>) -> Option<(String, String)> {
    match event {
        Event::StartDictionary(_) => levels.push(Level::Dictionary(None)),
        Event::StartArray(_) => levels.push(Level::Array(0)),
        Event::EndCollection => {
            levels.pop();
            next(levels);
        }
        scalar => {
            let key = key(levels);
            let text = text(scalar);
            if let Some(Level::Dictionary(name @ None)) = levels.last_mut() {
                *name = text;
                return None;
            }
            next(levels);
            return key.zip(text);
        }
    }
    None
}

/// What was read was the value of the last name, or in its place in an array.
fn next(levels: &mut [Level]) {
    match levels.last_mut() {
        Some(Level::Dictionary(name)) => *name = None,
        Some(Level::Array(place)) => *place += 1,
        None => {}
    }
}

/// The names on the way here; `None` where a name comes next, and no value.
fn key(levels: &[Level]) -> Option<String> {
    let names = levels.iter().map(|level| match level {
        Level::Dictionary(name) => name.clone(),
        Level::Array(place) => Some(place.to_string()),
    });
    names.collect::<Option<Vec<String>>>().map(|names| names.join("."))
}

fn text(scalar: Event<'_>) -> Option<String> {
    match scalar {
        Event::String(text) => Some(text.into_owned()),
        Event::Integer(number) => Some(number.to_string()),
        Event::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}
