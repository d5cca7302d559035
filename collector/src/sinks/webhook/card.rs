//! What a web server is told: the event, or a card for people.

use event::Record;
use model::Severity;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

/// The form of what is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// The event, in the sink's format.
    #[default]
    Plain,
    /// A message for Slack.
    Slack,
    /// An adaptive card for Teams.
    Teams,
}

/// The most signs of a text on a card; both services cut or refuse more.
const LONGEST: usize = 2500;

/// The body of the request.
pub fn body(style: Style, record: &Record) -> String {
    match style {
        Style::Plain => record.line(),
        Style::Slack => slack(record).to_string(),
        Style::Teams => teams(record).to_string(),
    }
}

/// What a card says besides its title: a name, and a text.
fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let at = |places: [&str; 2]| {
        let found = places.iter().find_map(|place| record.body.pointer(place));
        match found {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(list)) => {
                let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                texts.join("\n")
            }
            _ => String::new(),
        }
    };
    let facts = [
        ("Laptop", record.host.clone()),
        ("Person", at(["/device/owner/name", "/user/name"])),
        ("Severity", record.severity.to_string()),
        ("State", at(["/status", "/moored/state"])),
        ("Next", at(["/unmapped/moored/steps", "/moored/steps"])),
        ("Innocent if", at(["/unmapped/moored/innocent", "/moored/innocent"])),
    ];
    facts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn slack(record: &Record) -> Value {
    let lines = facts(record).into_iter();
    let lines = lines.map(|(name, text)| format!("*{name}:* {}", escaped(&text)));
    let text = cut(&lines.collect::<Vec<_>>().join("\n"));
    let title = cut(&record.title);
    let head = format!("{} *{}*", mark(record.severity), escaped(&title));
    let section =
        |text: &str| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } });
    let mut blocks = vec![section(&head)];
    if !text.is_empty() {
        blocks.push(section(&text));
    }
    json!({ "text": title, "blocks": blocks })
}

/// Slack reads these three as its own signs.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational | Severity::Low => ":information_source:",
        Severity::Medium => ":warning:",
        Severity::High | Severity::Critical => ":rotating_light:",
    }
}

fn teams(record: &Record) -> Value {
    let facts: Vec<Value> = facts(record)
        .into_iter()
        .map(|(name, text)| json!({ "title": name, "value": cut(&text) }))
        .collect();
    let color = if record.severity >= Severity::High { "attention" } else { "default" };
    let title = json!({
        "type": "TextBlock", "text": cut(&record.title), "weight": "bolder", "size": "medium",
        "wrap": true, "color": color,
    });
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [title, { "type": "FactSet", "facts": facts }],
    });
    let kind = "application/vnd.microsoft.card.adaptive";
    json!({ "type": "message", "attachments": [{ "contentType": kind, "content": card }] })
}
