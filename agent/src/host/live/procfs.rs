//! One process as `/proc` tells it, read at once: it may end at any moment.

use super::ProcessRow;
use super::brief::Started;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::fd::OwnedFd;

/// The longest path a link gives (`PATH_MAX`, `include/uapi/linux/limits.h`).
pub const PATH: usize = 4096;

/// The most that is read of a command line or a status.
const MOST: u64 = 128 << 10;

/// The folder `/proc`, kept open.
pub struct Procfs(OwnedFd);

impl Procfs {
    /// Opens it.
    pub fn open() -> Result<Self, Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open("/proc", flags, Mode::empty()).map(Self)
    }

    /// The path of the program a process runs, with nothing else read or
    /// allocated. An error once it has ended.
    pub fn executable<'a>(&self, id: u32, path: &'a mut [u8; PATH]) -> Result<&'a [u8], Errno> {
        let mut link = [0_u8; 32];
        let length = file_of(id, "exe", &mut link).map_err(|_| Errno::NAMETOOLONG)?;
        let link = link.get(..length).unwrap_or_default();
        let length = rustix::fs::readlinkat_raw(&self.0, link, &mut path[..])?;
        Ok(path.get(..length).unwrap_or_default())
    }

    /// The rest of what is told of it, the most perishable first. What cannot
    /// be read any more is left out: the name is then the executable's, as the
    /// kernel sets it (`begin_new_exec`, `fs/exec.c`).
    pub fn started(&self, id: u32, executable: &[u8]) -> Started {
        let line = self.read(id, "cmdline").unwrap_or_default();
        let status = self.read(id, "status").unwrap_or_default();
        let status = String::from_utf8_lossy(&status);
        let executable = String::from_utf8_lossy(executable).into_owned();
        let row = ProcessRow {
            id,
            parent: field(&status, "PPid:").and_then(|word| word.parse().ok()),
            name: field(&status, "Name:").map_or_else(|| short(&executable), str::to_owned),
            executable: Some(executable),
            arguments: arguments(&line),
            user: None,
        };
        Started { row, user: field(&status, "Uid:").and_then(first_number) }
    }

    fn read(&self, id: u32, file: &str) -> io::Result<Vec<u8>> {
        let mut path = [0_u8; 32];
        let length = file_of(id, file, &mut path)?;
        let path = path.get(..length).unwrap_or_default();
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::openat(&self.0, path, flags, Mode::empty())?);
        let mut bytes = Vec::new();
        file.take(MOST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Writes `ID/FILE`; how long that is.
fn file_of(id: u32, file: &str, path: &mut [u8; 32]) -> io::Result<usize> {
    let mut rest = &mut path[..];
    write!(rest, "{id}/{file}")?;
    let left = rest.len();
    Ok(path.len() - left)
}

/// The words after the program's own name: each ends with a zero byte.
fn arguments(line: &[u8]) -> Vec<String> {
    let line = line.strip_suffix(b"\0").unwrap_or(line);
    let words = line.split(|&byte| byte == 0).skip(1);
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// What follows a name at the start of a line (`fs/proc/array.c`).
fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// The real user of real, effective, saved and file system user.
fn first_number(numbers: &str) -> Option<u32> {
    numbers.split_whitespace().next()?.parse().ok()
}

/// The name the kernel gives a process of this program.
fn short(executable: &str) -> String {
    let name = executable.rsplit('/').next().unwrap_or_default();
    let mut end = name.len().min(15);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_command_line_follow_the_program() {
        for (line, expected) in [
            (&b""[..], &[][..]),
            (b"x11vnc\0", &[]),
            (b"x11vnc\0-auth\0\0guess\0", &["-auth", "", "guess"]),
            (b"x11vnc\0-auth", &["-auth"]),
        ] {
            assert_eq!(arguments(line), expected, "{line:?}");
        }
    }

    #[test]
    fn this_process_is_told_as_it_is() {
        let proc = Procfs::open().unwrap();
        let mut path = [0; PATH];
        let executable = proc.executable(std::process::id(), &mut path).unwrap();
        let this = std::env::current_exe().unwrap();
        assert_eq!(executable, this.to_str().unwrap().as_bytes());
        let started = proc.started(std::process::id(), executable);
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        assert_eq!(started.row.arguments, arguments);
        assert_eq!(started.row.parent, Some(std::os::unix::process::parent_id()));
        assert_eq!(started.row.name, short(this.to_str().unwrap()));
        assert!(started.user.is_some());
    }

    #[test]
    fn a_process_that_is_gone_has_no_executable_and_keeps_its_programs_name() {
        let proc = Procfs::open().unwrap();
        assert_eq!(proc.executable(u32::MAX, &mut [0; PATH]), Err(Errno::NOENT));
        let started = proc.started(u32::MAX, b"/usr/bin/a-name-longer-than-fifteen");
        let row = ProcessRow {
            id: u32::MAX,
            parent: None,
            name: "a-name-longer-t".to_owned(),
            executable: Some("/usr/bin/a-name-longer-than-fifteen".to_owned()),
            arguments: Vec::new(),
            user: None,
        };
        assert_eq!(started, Started { row, user: None });
    }
}
