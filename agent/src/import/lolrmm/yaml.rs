//! YAML as a tree of texts, lists and maps. Every scalar is text: what
//! describes a tool is nothing else.
//!
//! Aliases are refused. A tool's description needs none, and nine lines with
//! them can stand for more than a machine has memory.

use serde_json::Map;
use serde_json::Value;
use yaml_rust2::Event;
use yaml_rust2::parser::Parser;
use yaml_rust2::scanner::Marker;

/// Deeper is nothing that describes a tool.
const DEEPEST: usize = 32;

/// Reads the first document of a text; fails with a sentence. Event by event:
/// what the crate itself offers calls itself for every list in a list.
pub fn read(text: &str) -> Result<Value, String> {
    let mut tree = Tree::default();
    let mut parser = Parser::new_from_str(text);
    loop {
        let next = parser.next_token().map_err(|error| format!("it is not YAML: {error}"))?;
        match next {
            (Event::StreamEnd | Event::DocumentEnd, _) => break,
            (event, mark) => tree.take(event, mark)?,
        }
    }
    tree.root.ok_or_else(|| "it is empty".to_owned())
}

/// The tree as far as it has been read.
#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    root: Option<Value>,
}

/// A list or a map whose end has not come yet.
enum Open {
    List(Vec<Value>),
    /// The last key is waiting for its value.
    Map(Map<String, Value>, Option<String>),
}

impl Tree {
    fn take(&mut self, event: Event, mark: Marker) -> Result<(), String> {
        match event {
            Event::Scalar(text, ..) => self.put(Value::String(text), mark),
            Event::SequenceStart(..) => self.enter(Open::List(Vec::new()), mark),
            Event::MappingStart(..) => self.enter(Open::Map(Map::new(), None), mark),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items)) => self.put(Value::Array(items), mark),
                Some(Open::Map(fields, _)) => self.put(Value::Object(fields), mark),
                None => Ok(()),
            },
            Event::Alias(_) => refuse("aliases are not read", mark),
            _ => Ok(()),
        }
    }

    fn enter(&mut self, open: Open, mark: Marker) -> Result<(), String> {
        self.open.push(open);
        if self.open.len() > DEEPEST { refuse("it is nested too deep", mark) } else { Ok(()) }
    }

    fn put(&mut self, value: Value, mark: Marker) -> Result<(), String> {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map(fields, key)) => match (key.take(), value) {
                (Some(key), value) => drop(fields.insert(key, value)),
                (None, Value::String(text)) => *key = Some(text),
                (None, _) => return refuse("a key is no text", mark),
            },
        }
        Ok(())
    }
}

fn refuse(why: &str, mark: Marker) -> Result<(), String> {
    Err(format!("line {}: {why}", mark.line()))
}
