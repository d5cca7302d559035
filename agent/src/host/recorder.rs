//! Records what the sensors read of a host.

use super::ContentRow;
use super::Host;
use super::LinkRow;
use super::LoginRow;
use super::NeighborRow;
use super::Node;
use super::Platform;
use super::ProcessRow;
use super::Recording;
use super::RegistryKey;
use super::RouteRow;
use super::SignerRow;
use super::SocketRow;
use super::WakeRow;
use super::recording::RPMS;
use std::collections::BTreeSet;
use std::io;
use std::sync::Mutex;
use std::sync::PoisonError;

/// A host that writes down all that is read of it, and nothing else.
pub struct Recorder<'a> {
    host: &'a dyn Host,
    seen: Mutex<Recording>,
}

impl<'a> Recorder<'a> {
    /// Starts a recording of `host`, without its name.
    pub fn new(host: &'a dyn Host) -> Self {
        let seen = Recording::blank(host.platform(), "");
        Self { host, seen: Mutex::new(seen) }
    }

    /// What has been read so far.
    pub fn finish(self) -> Recording {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note<T>(&self, path: &str, found: &io::Result<T>, keep: impl FnOnce(&mut Recording, &T)) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(found) => keep(&mut seen, found),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                seen.forbidden.insert(path.to_owned());
            }
            Err(_) => {}
        }
    }
}

impl Host for Recorder<'_> {
    fn platform(&self) -> Platform {
        self.host.platform()
    }

    fn hostname(&self) -> String {
        String::new()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let found = self.host.read(path);
        self.note(path, &found, |seen, bytes| keep_file(seen, path, bytes));
        found
    }

    fn lines(&self, path: &str, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let mut bytes = Vec::new();
        let found = self.host.lines(path, &mut |line| {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
            each(line);
        });
        self.note(path, &found, |seen, ()| keep_file(seen, path, &bytes));
        found
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let found = self.host.names(path);
        self.note(path, &found, |seen, names| {
            let entries = names.iter().map(|name| format!("{path}/{name}"));
            seen.empty.extend(entries.chain([path.to_owned()]));
        });
        found
    }

    fn target(&self, path: &str) -> io::Result<String> {
        let found = self.host.target(path);
        self.note(path, &found, |seen, target| {
            seen.target.insert(path.to_owned(), target.clone());
        });
        found
    }

    fn processes(&self) -> io::Result<Vec<ProcessRow>> {
        let found = self.host.processes();
        self.note("process table", &found, |seen, rows| {
            seen.process = Some(rows.clone());
        });
        found
    }

    fn neighbors(&self) -> io::Result<Vec<NeighborRow>> {
        let found = self.host.neighbors();
        self.note("neighbor table", &found, |seen, rows| {
            seen.neighbor = Some(rows.clone());
        });
        found
    }

    fn sockets(&self) -> io::Result<Vec<SocketRow>> {
        let found = self.host.sockets();
        self.note("socket table", &found, |seen, rows| {
            seen.socket = Some(rows.clone());
        });
        found
    }

    fn holders(&self, path: &str) -> io::Result<Vec<u32>> {
        let found = self.host.holders(path);
        self.note(path, &found, |seen, ids| {
            seen.holders.insert(path.to_owned(), ids.clone());
        });
        found
    }

    fn contents(&self, markers: &BTreeSet<String>) -> io::Result<Vec<ContentRow>> {
        let found = self.host.contents(markers);
        self.note("programs", &found, |seen, rows| {
            seen.program = Some(rows.clone());
        });
        found
    }

    fn rpms(&self) -> io::Result<BTreeSet<String>> {
        let found = self.host.rpms();
        self.note(RPMS, &found, |seen, names| {
            seen.rpm = Some(names.clone());
        });
        found
    }

    fn links(&self) -> io::Result<Vec<LinkRow>> {
        let found = self.host.links();
        self.note("interfaces", &found, |seen, rows| {
            seen.link = Some(rows.clone());
        });
        found
    }

    fn routes(&self) -> io::Result<Vec<RouteRow>> {
        let found = self.host.routes();
        self.note("routes", &found, |seen, rows| {
            seen.route = Some(rows.clone());
        });
        found
    }

    fn registry(&self, key: &str) -> io::Result<RegistryKey> {
        let found = self.host.registry(key);
        self.note(key, &found, |seen, found| {
            for below in &found.keys {
                seen.registry.entry(format!("{key}\\{below}")).or_default();
            }
            seen.registry.insert(key.to_owned(), found.values.clone());
        });
        found
    }

    fn nodes(&self, kind: &str) -> io::Result<Vec<Node>> {
        let found = self.host.nodes(kind);
        self.note(kind, &found, |seen, nodes| {
            seen.node.insert(kind.to_owned(), nodes.clone());
        });
        found
    }

    fn logins(&self) -> io::Result<Vec<LoginRow>> {
        let found = self.host.logins();
        self.note("logins", &found, |seen, rows| {
            seen.login = Some(rows.clone());
        });
        found
    }

    fn wakers(&self) -> io::Result<Vec<WakeRow>> {
        let found = self.host.wakers();
        self.note("wakers", &found, |seen, rows| {
            seen.waker = Some(rows.clone());
        });
        found
    }

    fn signer(&self, path: &str) -> io::Result<SignerRow> {
        let found = self.host.signer(path);
        self.note(path, &found, |seen, row| {
            seen.signer.insert(path.to_owned(), row.clone());
        });
        found
    }

    fn file(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let found = self.host.file(path, most);
        self.note(path, &found, |seen, bytes| keep_file(seen, path, bytes));
        found
    }
}

fn keep_file(seen: &mut Recording, path: &str, bytes: &[u8]) {
    match str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => {
            seen.text.insert(path.to_owned(), text.to_owned());
        }
        _ => {
            seen.bytes.insert(path.to_owned(), hex::encode(bytes));
        }
    }
}
