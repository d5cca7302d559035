//! A recording of a machine: one TOML file, or one line of JSON.

use super::ContentRow;
use super::Host;
use super::LinkRow;
use super::LoginRow;
use super::NeighborRow;
use super::Node;
use super::Platform;
use super::ProcessRow;
use super::Property;
use super::RegistryKey;
use super::RouteRow;
use super::SignerRow;
use super::SocketRow;
use super::WakeRow;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;

/// What is forbidden where rpm's database may not be read.
pub(super) const RPMS: &str = "rpm packages";

/// A machine as it was when it was recorded. It is the format of bug reports
/// and of the machines our own tests judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The platform whose ways of telling things apply.
    pub platform: Platform,
    /// The host name; blank in what `moored record` writes.
    #[serde(default)]
    pub host: String,
    /// What this machine is, for people to read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Folders that are there but empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub empty: BTreeSet<String>,
    /// Files and folders that are there but may not be read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub forbidden: BTreeSet<String>,
    /// The names of rpm's packages; absent where there is no database of a kind
    /// that is read, or it was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rpm: Option<BTreeSet<String>>,
    /// Files that are text: path and content.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub text: BTreeMap<String, String>,
    /// Files that are not: path and content in hexadecimal; white space between
    /// the digits does not count.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bytes: BTreeMap<String, String>,
    /// Files of which it was asked who has them open: path and process ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holders: BTreeMap<String, Vec<u32>>,
    /// Symbolic links: path and where each leads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub target: BTreeMap<String, String>,
    /// The running processes; absent where they were not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Vec<ProcessRow>>,
    /// The machines on its networks; absent where they were not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbor: Option<Vec<NeighborRow>>,
    /// The sockets of its programs; absent where they were not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<Vec<SocketRow>>,
    /// Its network interfaces; absent where they were not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Vec<LinkRow>>,
    /// The ways its packets may take; absent where they were not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Vec<RouteRow>>,
    /// The running programs that came with no package we know of; absent where
    /// they were not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Vec<ContentRow>>,
    /// Keys of Windows' registry with their values; each is there with all above it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub registry: BTreeMap<String, BTreeMap<String, Property>>,
    /// The entries of the system's tree of devices, by their kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub node: BTreeMap<String, Vec<Node>>,
    /// Who is logged in; absent where it was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Vec<LoginRow>>,
    /// What keeps the machine awake; absent where it was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waker: Option<Vec<WakeRow>>,
    /// Who has signed programs, by their paths.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signer: BTreeMap<String, SignerRow>,
}

/// Why a text is not a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// Not TOML, or not the TOML of a recording.
    #[error("not a recording: {0}")]
    Toml(#[from] toml::de::Error),
    /// Not JSON, or not the JSON of a recording.
    #[error("not a recording: {0}")]
    Json(#[from] serde_json::Error),
}

impl Recording {
    /// A recording of a machine called `host` with nothing in it.
    pub fn blank(platform: Platform, host: &str) -> Self {
        Self {
            platform,
            host: host.to_owned(),
            note: String::new(),
            empty: BTreeSet::new(),
            forbidden: BTreeSet::new(),
            rpm: None,
            text: BTreeMap::new(),
            bytes: BTreeMap::new(),
            holders: BTreeMap::new(),
            target: BTreeMap::new(),
            process: None,
            neighbor: None,
            socket: None,
            link: None,
            route: None,
            program: None,
            registry: BTreeMap::new(),
            node: BTreeMap::new(),
            login: None,
            waker: None,
            signer: BTreeMap::new(),
        }
    }

    /// Reads a recording written as TOML.
    pub fn from_toml(text: &str) -> Result<Self, RecordingError> {
        Ok(toml::from_str(text)?)
    }

    /// Reads a recording written as one line of JSON.
    pub fn from_json(line: &str) -> Result<Self, RecordingError> {
        Ok(serde_json::from_str(line)?)
    }

    /// Adds the files, folders and registry keys of another recording of the same machine.
    pub fn add(&mut self, other: Self) {
        self.empty.extend(other.empty);
        self.forbidden.extend(other.forbidden);
        self.bytes.extend(other.bytes);
        self.target.extend(other.target);
        self.registry.extend(other.registry);
        for (path, text) in other.text {
            self.text.entry(path).or_default().push_str(&text);
        }
    }

    fn permit(&self, path: &str) -> io::Result<()> {
        if self.forbidden.contains(path) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }
}

impl Host for Recording {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn hostname(&self) -> String {
        self.host.clone()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.permit(path)?;
        if let Some(text) = self.text.get(path) {
            return Ok(text.clone().into_bytes());
        }
        let digits = self.bytes.get(path).ok_or(io::ErrorKind::NotFound)?;
        // Most are without white space; taking it out costs as much as the rest.
        hex::decode(digits)
            .or_else(|_| hex::decode(digits.split_whitespace().collect::<String>()))
            .map_err(|_| io::ErrorKind::InvalidData.into())
    }

    /// Of a file that is text no bytes need be made first.
    fn text(&self, path: &str) -> io::Result<String> {
        self.permit(path)?;
        match self.text.get(path) {
            Some(text) => Ok(text.trim().to_owned()),
            None => Ok(String::from_utf8_lossy(&self.read(path)?).trim().to_owned()),
        }
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        self.permit(path)?;
        let folder = format!("{path}/");
        let names: BTreeSet<&str> = under(&self.text, &folder)
            .chain(under(&self.bytes, &folder))
            .chain(self.empty.range(folder.clone()..).map_while(|name| name.strip_prefix(&folder)))
            .chain(self.forbidden.iter().filter_map(|name| name.strip_prefix(&folder)))
            .filter_map(|rest| rest.split('/').next())
            .collect();
        if names.is_empty() && !self.empty.contains(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    fn target(&self, path: &str) -> io::Result<String> {
        self.permit(path)?;
        self.target.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn processes(&self) -> io::Result<Vec<ProcessRow>> {
        self.process.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn neighbors(&self) -> io::Result<Vec<NeighborRow>> {
        self.neighbor.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn sockets(&self) -> io::Result<Vec<SocketRow>> {
        self.socket.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn holders(&self, path: &str) -> io::Result<Vec<u32>> {
        self.permit(path)?;
        self.holders.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn links(&self) -> io::Result<Vec<LinkRow>> {
        self.link.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn routes(&self) -> io::Result<Vec<RouteRow>> {
        self.route.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn rpms(&self) -> io::Result<BTreeSet<String>> {
        self.permit(RPMS)?;
        self.rpm.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn registry(&self, key: &str) -> io::Result<RegistryKey> {
        self.permit(key)?;
        let mut found = None::<RegistryKey>;
        for (path, values) in &self.registry {
            let Some(rest) = below(path, key) else { continue };
            let found = found.get_or_insert_default();
            match rest.split('\\').next() {
                None | Some("") => found.values.clone_from(values),
                Some(name) => found.keys.push(name.to_owned()),
            }
        }
        let mut found = found.ok_or(io::ErrorKind::NotFound)?;
        found.keys.sort_by_key(|name| name.to_lowercase());
        found.keys.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        Ok(found)
    }

    fn nodes(&self, kind: &str) -> io::Result<Vec<Node>> {
        self.permit(kind)?;
        self.node.get(kind).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn logins(&self) -> io::Result<Vec<LoginRow>> {
        self.login.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn wakers(&self) -> io::Result<Vec<WakeRow>> {
        self.waker.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn signer(&self, path: &str) -> io::Result<SignerRow> {
        self.permit(path)?;
        self.signer.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn contents(&self, markers: &BTreeSet<String>) -> io::Result<Vec<ContentRow>> {
        let mut rows = self.program.clone().ok_or(io::ErrorKind::NotFound)?;
        for row in &mut rows {
            row.content.markers.retain(|marker| markers.contains(marker));
        }
        Ok(rows)
    }
}

/// What follows `key` in the path of a key that is it, `""`, or is below it.
fn below<'a>(path: &'a str, key: &str) -> Option<&'a str> {
    let (head, rest) = path.split_at_checked(key.len())?;
    let is_below = head.eq_ignore_ascii_case(key) && (rest.is_empty() || rest.starts_with('\\'));
    is_below.then(|| rest.trim_start_matches('\\'))
}

/// What follows `folder` in the paths below it.
fn under<'a>(
    files: &'a BTreeMap<String, String>,
    folder: &'a str,
) -> impl Iterator<Item = &'a str> {
    files.range(folder.to_owned()..).map_while(move |(path, _)| path.strip_prefix(folder))
}
