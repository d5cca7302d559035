//! One tool of the list, as far as it says what can be seen on a laptop.

use serde_json::Value;

/// What the list says of a tool, as it is written there.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The tool's name.
    pub name: String,
    /// Its maker's page.
    pub website: Option<String>,
    /// Where it installs itself: paths, or only names of programs.
    pub paths: Vec<String>,
    /// Names of its programs.
    pub programs: Vec<String>,
    /// What its programs call themselves in their version information.
    pub versions: Vec<String>,
    /// Names of its Windows services.
    pub services: Vec<String>,
}

impl Entry {
    /// Reads the tree of a file; fails with a sentence. What is missing, or is
    /// not of the form it should have, is passed over.
    pub fn read(tree: &Value) -> Result<Self, String> {
        let name = text(tree.get("Name"));
        let name = name.filter(|name| name.bytes().any(|byte| byte.is_ascii_alphanumeric()));
        let name = name.ok_or("it has no Name: it describes no tool")?;
        let details = tree.get("Details").unwrap_or(&Value::Null);
        let artifacts = tree.get("Artifacts").unwrap_or(&Value::Null);
        let metadata = details.get("PEMetadata");
        let events = each(artifacts.get("EventLog"), &["ServiceName"]);
        let keys = each(artifacts.get("Registry"), &["Path"]);
        let paths = texts(details.get("InstallationPaths"));
        let files = each(artifacts.get("Disk"), &["File"]);
        let programs = files.into_iter().filter(|file| is_program(file));
        Ok(Self {
            name,
            website: text(details.get("Website")).filter(|page| page.starts_with("https://")),
            paths: paths.into_iter().chain(programs).collect(),
            programs: each(metadata, &["Filename"]),
            versions: each(metadata, &["OriginalFileName", "Product"]),
            services: events
                .into_iter()
                .chain(keys.iter().filter_map(|key| service(key)))
                .collect(),
        })
    }
}

fn is_program(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".exe")
}

/// The service whose settings are kept under a registry key itself.
fn service(key: &str) -> Option<String> {
    let (_, name) = key.split_once("\\Services\\")?;
    (!name.contains('\\')).then(|| name.to_owned())
}

fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A list of texts, or a single text.
fn texts(value: Option<&Value>) -> Vec<String> {
    items(value).iter().filter_map(|item| text(Some(item))).collect()
}

/// The texts of these fields of a map, or of each map in a list.
fn each(value: Option<&Value>, fields: &[&str]) -> Vec<String> {
    let of = |item| fields.iter().filter_map(move |field| text(Value::get(item, field)));
    items(value).iter().flat_map(of).collect()
}

fn items(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}
