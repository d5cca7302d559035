//! rpm's database of installed packages, where it is SQLite, as in Fedora since
//! 33 (<https://fedoraproject.org/wiki/Changes/Sqlite_Rpmdb>). It is read as it
//! lies there, with what its log adds (<https://sqlite.org/fileformat2.html>,
//! sections 1.6 and 4), and never locked, so that rpm need not wait for us.

mod file;
#[cfg(test)]
mod tests;

use quantydb_sqlite::Reader;
use quantydb_sqlite::Source;
use quantydb_sqlite::SqliteError;
use quantydb_sqlite::SqliteValue;
use quantydb_sqlite::WalSource;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// Where it is, the first that is there. Where it was moved, the old place is a
/// link to the new one (<https://fedoraproject.org/wiki/Changes/RelocateRPMToUsr>).
const FOLDERS: [&str; 3] = ["/usr/lib/sysimage/rpm", "/usr/share/rpm", "/var/lib/rpm"];

/// What it is called; its log has the same name and `-wal`.
const FILE: &str = "rpmdb.sqlite";

/// Other kinds, which are not read: ndb's, and that of Berkeley DB.
const OTHERS: [&str; 2] = ["Packages.db", "Packages"];

/// The names of this machine's packages. `NotFound` if it has no database,
/// `Unsupported` if it has one of another kind.
pub(super) fn packages() -> io::Result<BTreeSet<String>> {
    file::read(&path()?, Database::packages)
}

/// Of these paths, those of this machine's packages; errors are those of
/// [`packages`]. `is_same` says whether two paths are the same folder.
pub(super) fn owned(
    paths: &BTreeSet<&str>,
    is_same: &dyn Fn(&str, &str) -> bool,
) -> io::Result<BTreeSet<String>> {
    file::read(&path()?, |database| database.owned(paths, is_same))
}

fn path() -> io::Result<String> {
    let is_there = |path: &String| Path::new(path).is_file();
    let sqlite = FOLDERS.map(|folder| format!("{folder}/{FILE}"));
    if let Some(path) = sqlite.into_iter().find(is_there) {
        return Ok(path);
    }
    let mut others =
        FOLDERS.iter().flat_map(|folder| OTHERS.map(|file| format!("{folder}/{file}")));
    let is_other = others.any(|path| is_there(&path));
    Err(if is_other { io::ErrorKind::Unsupported } else { io::ErrorKind::NotFound }.into())
}

/// A database and its log. rpm keeps a table for each tag it looks packages up
/// by: what is looked up, the package's number, and where it stands in there.
pub struct Database<S: Source> {
    reader: Reader<WalSource<S, S>>,
}

impl<S: Source> Database<S> {
    /// Opens a database and what its log adds; fails if either is none.
    pub fn open(main: S, log: Option<S>) -> io::Result<Self> {
        let source = WalSource::new(main, log).map_err(failed)?;
        Ok(Self { reader: Reader::open(source).map_err(failed)? })
    }

    /// The names of all packages.
    pub fn packages(&self) -> io::Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        self.each("Name", &mut |name, _| {
            names.insert(name);
        })?;
        Ok(names)
    }

    /// Of these paths, those with a name and in a folder that one package both
    /// has. In which of its folders a package has a file stands only in its
    /// header, which is not read.
    pub fn owned(
        &self,
        paths: &BTreeSet<&str>,
        is_same: &dyn Fn(&str, &str) -> bool,
    ) -> io::Result<BTreeSet<String>> {
        let candidates = self.candidates(paths)?;
        let mut owned = BTreeSet::new();
        self.each("Dirnames", &mut |folder, package| {
            let paths = candidates.get(&package).into_iter().flatten();
            let there = paths.filter(|(its, _)| is_same(folder.trim_end_matches('/'), its));
            owned.extend(there.map(|(_, path)| (*path).to_owned()));
        })?;
        Ok(owned)
    }

    /// By the number of a package that has a file of that name: paths, with
    /// their folders.
    fn candidates<'a>(
        &self,
        paths: &BTreeSet<&'a str>,
    ) -> io::Result<BTreeMap<i64, BTreeSet<(&'a str, &'a str)>>> {
        let mut named: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for path in paths {
            let Some((folder, name)) = path.rsplit_once('/') else { continue };
            named.entry(name).or_default().push((folder, path));
        }
        let mut candidates: BTreeMap<i64, BTreeSet<(&str, &str)>> = BTreeMap::new();
        self.each("Basenames", &mut |name, package| {
            if let Some(paths) = named.get(name.as_str()) {
                candidates.entry(package).or_default().extend(paths);
            }
        })?;
        Ok(candidates)
    }

    /// Gives what is looked up in a table, and the number of the package.
    fn each(&self, table: &str, give: &mut dyn FnMut(String, i64)) -> io::Result<()> {
        for row in self.reader.table_scan(self.root(table)?).map_err(failed)? {
            let mut values = row.map_err(failed)?.values.into_iter();
            let (Some(SqliteValue::Text(key)), Some(package)) = (values.next(), values.next())
            else {
                return Err(foreign(table));
            };
            give(key, number(&package).ok_or_else(|| foreign(table))?);
        }
        Ok(())
    }

    /// The page at which a table begins, as the first table says (section 2.6).
    fn root(&self, table: &str) -> io::Result<u32> {
        for row in self.reader.table_scan(1).map_err(failed)? {
            let values = row.map_err(failed)?.values;
            if let [SqliteValue::Text(kind), SqliteValue::Text(name), _, page, ..] = &values[..]
                && kind == "table"
                && name == table
            {
                let page = number(page).and_then(|page| u32::try_from(page).ok());
                return page.ok_or_else(|| foreign(table));
            }
        }
        Err(foreign(table))
    }
}

fn number(value: &SqliteValue) -> Option<i64> {
    if let SqliteValue::Integer(number) = value { Some(*number) } else { None }
}

fn foreign(table: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("no table {table} as rpm makes it"))
}

fn failed(error: SqliteError) -> io::Error {
    match error {
        SqliteError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}
