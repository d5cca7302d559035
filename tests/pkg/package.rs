//! The package as `packaging/macos/pkg.sh` makes it, opened by programs that know
//! nothing of it: bsdtar for the archives, the crate apple-bom for the bill.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;
use tests::root;

/// When everything in it was made.
pub const MADE: u64 = 1_800_000_000;

/// Where the agent and all that is its own is, on every Mac.
pub const HOME: &str = "Library/Application Support/Moored";

/// A package, opened.
pub struct Package {
    folder: TempDir,
}

/// What is known of a file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub mode: u32,
    pub owner: (u32, u32),
    pub size: u64,
    /// As `cksum` has it; folders have none.
    pub checksum: Option<u32>,
    pub time: u64,
}

/// One package for all tests: the agent that was built for Apple's processors, joined
/// with a small program for Intel's, for the whole agent is not built for those here.
pub fn package() -> &'static Package {
    static PACKAGE: OnceLock<Package> = OnceLock::new();
    PACKAGE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let (small, out) = (folder.path().join("small.o"), folder.path().join("moored.pkg.new"));
        compile("x86_64-macos.12.0", &small);
        run(pack_into(&out).arg(agent()).args([&small, &out]));
        run(Command::new("bsdtar").arg("-xf").arg(&out).arg("-C").arg(folder.path()));
        Package { folder }
    })
}

/// Compiles a program that does nothing, and links it with nothing.
pub fn compile(target: &str, out: &Path) {
    let source = out.with_extension("c");
    fs::write(&source, "int main(void) { return 0; }\n").unwrap();
    run(Command::new(root().join("target/zig/ziglang/zig"))
        .env("ZIG_GLOBAL_CACHE_DIR", root().join("target/zig/cache"))
        .args(["cc", "-c", "-target", target, "-o"])
        .args([out, &source]));
}

/// The script, told the time, and as yet without what it shall pack.
pub fn pack_into(out: &Path) -> Command {
    assert!(!out.exists());
    let mut command = Command::new(root().join("packaging/macos/pkg.sh"));
    command.env("SOURCE_DATE_EPOCH", MADE.to_string());
    command
}

/// The agent as `packaging/cross.sh macos build` has made it.
pub fn agent() -> PathBuf {
    let path = root().join("target/aarch64-apple-darwin/debug/moored");
    assert!(path.exists(), "run `packaging/cross.sh macos build --package agent` first");
    path
}

impl Package {
    /// A file of the package, or of its component.
    pub fn part(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What an archive of the component holds, by path.
    pub fn listed(&self, archive: &str) -> BTreeMap<String, Known> {
        let keys = "--options=!all,cksum,gid,mode,size,time,type,uid";
        let archive = format!("@{}", self.part("moored.pkg").join(archive).display());
        let text = run(Command::new("bsdtar").args(["-cf", "-", "--format=mtree", keys, &archive]));
        text.lines().filter(|line| !line.starts_with('#')).map(known).collect()
    }

    /// What the bill says is installed, by path.
    pub fn billed(&self) -> BTreeMap<String, Known> {
        #[derive(Deserialize)]
        struct Bill {
            paths: Vec<Row>,
        }
        #[derive(Deserialize)]
        struct Row {
            path: String,
            file_mode: u32,
            user_id: u32,
            group_id: u32,
            mtime: u64,
            size: u64,
            crc32: Option<u32>,
        }
        let code = "import json, pyapplebom, sys\n\
            print(json.dumps(pyapplebom.parse_bom_file(sys.argv[1])))";
        let bill: Bill = python(code, &self.part("moored.pkg/Bom"));
        let known = |row: Row| {
            let owner = (row.user_id, row.group_id);
            let (mode, size, checksum) = (row.file_mode, row.size, row.crc32);
            (row.path, Known { mode, owner, size, checksum, time: row.mtime })
        };
        bill.paths.into_iter().map(known).collect()
    }

    /// Puts the files where they belong below a folder, as the Installer does.
    pub fn unpack(&self, volume: &Path) {
        let payload = self.part("moored.pkg/Payload");
        run(Command::new("bsdtar").arg("-xpf").arg(payload).arg("-C").arg(volume));
    }
}

/// What Python makes of a file, as JSON.
pub fn python<T: DeserializeOwned>(code: &str, file: &Path) -> T {
    let text = run(Command::new("python3")
        .env("PYTHONPATH", root().join("target/mac"))
        .args(["-c", code])
        .arg(file));
    serde_json::from_str(&text).unwrap()
}

/// Runs a program that must succeed; gives what it prints.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// A line of an mtree.
fn known(line: &str) -> (String, Known) {
    let (path, words) = line.split_once(' ').unwrap();
    let words: BTreeMap<&str, &str> =
        words.split(' ').filter_map(|word| word.split_once('=')).collect();
    let number = |word: &str| words[word].parse().unwrap();
    let kind = match words["type"] {
        "dir" => 0o040_000,
        "file" => 0o100_000,
        other => panic!("{path} is of type {other}"),
    };
    let known = Known {
        mode: kind | u32::from_str_radix(words["mode"], 8).unwrap(),
        owner: (number("uid"), number("gid")),
        size: words.get("size").map_or(0, |size| size.parse().unwrap()),
        checksum: words.get("cksum").map(|sum| sum.parse().unwrap()),
        time: words["time"].split_once('.').unwrap().0.parse().unwrap(),
    };
    (path.replace("\\040", " "), known)
}
