//! A stage: a laptop's processes, network, `/tmp`, `/run` and lists of packages
//! of a test's own, with a far end it can be reached from, and nothing else.

use rustix::thread::LinkNameSpaceType;
use rustix::thread::move_into_link_name_space;
use std::ffi::OsStr;
use std::fs;
use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;
use tempfile::TempDir;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

/// Whatever runs can be seen by every agent of this machine that knows such
/// tools, so only one test at a time lets one run.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Keeps other tests from letting a remote tool run.
pub fn one_at_a_time() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs something while no other test lets a remote tool run, on a thread of
/// its own, which may go where it cannot come back from.
pub fn alone(test: impl FnOnce() + Send + 'static) {
    let _one = one_at_a_time();
    if let Err(panic) = thread::spawn(test).join() {
        std::panic::resume_unwind(panic);
    }
}

/// Makes what only the stage's programs see. It ends by itself.
const SCENERY: &str = r#"
set -eu
mount --bind "$FOLDER" /mnt
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
mkdir -p "$FOLDER" /run/xrdp
mount --move /mnt "$FOLDER"
mount --bind "$FOLDER/root/var/lib/dpkg" /var/lib/dpkg
mount --bind "$FOLDER/root/var/lib/rpm" /var/lib/rpm
touch "$FOLDER/ready"
exec sleep 600
"#;

/// The two ends of a cable, which leads nowhere else.
const CABLE: &str = r#"
set -eu
ip link set lo up
ip link add near type veth peer name far netns "$FAR"
ip address add 10.1.2.1/24 dev near
ip link set near up
nsenter --net="/proc/$FAR/ns/net" ip address add 10.1.2.2/24 dev far
nsenter --net="/proc/$FAR/ns/net" ip link set far up
"#;

/// Where the laptop is seen from the far end.
pub const NEAR: &str = "10.1.2.1";

/// A real collector and a real agent on it; all that runs there ends with it.
pub struct Stage {
    /// The laptop's agent, at work.
    pub laptop: Laptop,
    /// The collector it reports to.
    pub site: Site,
    place: Place,
}

/// Where a stage is.
pub(super) struct Place {
    /// The two networks of a stage that has a far end.
    cable: Option<Cable>,
    /// What keeps it there.
    _holder: Running,
    /// The process whose mounts are the stage's.
    inside: u32,
    /// The root of its list of packages.
    root: PathBuf,
    /// The folder everything lies in.
    folder: TempDir,
}

impl Place {
    /// A place whose processes see the mounts of `inside`.
    pub(super) fn new(folder: TempDir, holder: Running, inside: u32, root: PathBuf) -> Self {
        Self { cable: None, _holder: holder, inside, root, folder }
    }
}

/// The two networks of a stage.
struct Cable {
    near: File,
    far: File,
    _holder: Running,
}

impl Stage {
    /// A stage with a network of its own, for the thread that makes it and for
    /// what that starts from then on. These packages of this machine are not
    /// installed there.
    ///
    /// The kernel tells of starting programs only in a machine's first network,
    /// so here the agent looks each second.
    pub fn with_network(without: &[&str], settings: &str) -> Self {
        let folder = folder(without);
        let holder =
            hold(folder.path(), &["--net", "--pid", "--fork", "--kill-child", "--mount-proc"]);
        let processes = name_space(holder.id(), "pid_for_children");
        let cable = Cable::laid(&holder, folder.path());
        go(&processes, LinkNameSpaceType::ProcessID);
        let mut place = held(folder, holder);
        place.cable = Some(cable);
        let stage = Self::begin(place, settings, "1s");
        stage.laptop.complains("cannot hear processes start").unwrap();
        stage
    }

    /// A stage on this machine's own network and among its processes, on which
    /// nothing but events can have shown what is told: looks are ten minutes apart.
    pub fn with_events(without: &[&str], settings: &str) -> Self {
        let folder = folder(without);
        let holder = hold(folder.path(), &[]);
        let stage = Self::begin(held(folder, holder), settings, "10m");
        stage.laptop.is_well().unwrap();
        stage
    }

    /// Starts the collector and the agent of a stage.
    pub(super) fn begin(place: Place, settings: &str, look: &str) -> Self {
        let site = Site::start(place.folder.path(), "").unwrap();
        let laptop = site.laptop("laptop").unwrap();
        laptop.use_shipped_signatures().unwrap();
        let mut stage = Self { laptop, site, place };
        stage.configure(settings, look);
        let mut agent = stage.command(program::ours("moored"));
        agent.arg("--config").arg(stage.laptop.configuration());
        stage.laptop.start_as(&mut agent).unwrap();
        stage
    }

    /// Writes the agent's settings, of which some may be those of its policy.
    pub fn configure(&self, settings: &str, look: &str) {
        let token = self.site.token().unwrap();
        let text = format!(
            "look = \"{look}\"\nstate = \"{}\"\nsignatures = \"{}\"\n\
             [collector]\nurl = \"https://{}\"\ntoken = \"{token}\"\n{settings}",
            self.laptop.state().display(),
            self.laptop.signatures().display(),
            self.site.agents,
        );
        fs::write(self.laptop.configuration(), text).unwrap();
    }

    /// A command of a program on the stage.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--mount=/proc/{}/ns/mnt", self.place.inside)).arg(program);
        command
    }

    /// Starts a command.
    pub fn start(&self, command: &mut Command) -> Running {
        Running::start(command, &self.place.folder.path().join("programs.log")).unwrap()
    }

    /// What the programs and the agent have printed so far.
    pub fn printed(&self) -> String {
        let log = fs::read(self.place.folder.path().join("programs.log")).unwrap_or_default();
        format!("{}\n{}", String::from_utf8_lossy(&log), self.laptop.printed())
    }

    /// The folder everything lies in.
    pub fn folder(&self) -> &Path {
        self.place.folder.path()
    }

    /// Does something at the far end of the cable.
    pub fn there<T>(&self, act: impl FnOnce() -> T) -> T {
        let cable = self.place.cable.as_ref().expect("this stage has a far end");
        go(&cable.far, LinkNameSpaceType::Network);
        let done = act();
        go(&cable.near, LinkNameSpaceType::Network);
        done
    }

    /// Lets the real dpkg install a package, made of the files this machine's
    /// package of that name has brought.
    pub fn install(&self, package: &str) {
        let made = self.place.folder.path().join(package);
        let list = fs::read_to_string(format!("/var/lib/dpkg/info/{package}.list"));
        for path in list.expect("it comes with `make tools`").lines().map(Path::new) {
            if path.symlink_metadata().is_ok_and(|file| file.is_file()) {
                let to = made.join(path.strip_prefix("/").unwrap());
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(path, to).unwrap();
            }
        }
        let control = format!(
            "Package: {package}\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: t\n"
        );
        fs::create_dir_all(made.join("DEBIAN")).unwrap();
        fs::write(made.join("DEBIAN/control"), control).unwrap();
        let file = self.place.folder.path().join(format!("{package}.deb"));
        succeeds(Command::new("dpkg-deb").args(["-Znone", "--build"]).arg(&made).arg(&file));
        dpkg(&self.place.root, &["--install", file.to_str().unwrap()]);
    }

    /// Lets the real dpkg remove a package.
    pub fn remove(&self, package: &str) {
        dpkg(&self.place.root, &["--force-depends", "--remove", package]);
    }
}

impl Cable {
    /// Takes the thread to the near end.
    fn laid(holder: &Running, folder: &Path) -> Self {
        let near = name_space(holder.id(), "net");
        let other = far_end(folder);
        go(&near, LinkNameSpaceType::Network);
        let mut lay = Command::new("sh");
        succeeds(lay.env("FAR", other.id().to_string()).args(["-c", CABLE]));
        Self { near, far: name_space(other.id(), "net"), _holder: other }
    }
}

/// The folder of a stage: a copy of this machine's list of packages, from which
/// the real dpkg has removed some. Their files stay, for other tests run them.
fn folder(without: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_packages(&folder.path().join("root"));
    // Debian's rpm comes without a database.
    fs::create_dir_all(folder.path().join("root/var/lib/rpm")).unwrap();
    for package in without {
        dpkg(&folder.path().join("root"), &["--force-depends", "--purge", package]);
    }
    folder
}

/// The place of processes that see what `holder` sees.
fn held(folder: TempDir, holder: Running) -> Place {
    let (inside, root) = (holder.id(), folder.path().join("root"));
    Place::new(folder, holder, inside, root)
}

/// A name space of a process, such as `net`.
pub(super) fn name_space(of: u32, name: &str) -> File {
    File::open(format!("/proc/{of}/ns/{name}")).expect("it runs")
}

/// A copy of what dpkg knows, without packages' own scripts.
fn copy_packages(root: &Path) {
    let folder = root.join("var/lib/dpkg");
    for below in ["info", "updates", "triggers"] {
        fs::create_dir_all(folder.join(below)).unwrap();
    }
    fs::copy("/var/lib/dpkg/status", folder.join("status")).unwrap();
    fs::copy("/var/lib/dpkg/info/format", folder.join("info/format")).unwrap();
    for entry in fs::read_dir("/var/lib/dpkg/info").unwrap().flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "list") {
            fs::copy(entry.path(), folder.join("info").join(entry.file_name())).unwrap();
        }
    }
}

/// Lets the real dpkg work below a root.
pub(super) fn dpkg(root: &Path, arguments: &[&str]) {
    let root = format!("--root={}", root.display());
    let mut dpkg = Command::new("dpkg");
    succeeds(dpkg.args([&root, "--log=/dev/null", "--force-unsafe-io"]).args(arguments));
}

fn succeeds(command: &mut Command) {
    let output = program::run(command).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// Takes the thread, or what it starts from then on, to a name space.
pub(super) fn go(to: &File, kind: LinkNameSpaceType) {
    move_into_link_name_space(to.as_fd(), Some(kind)).expect("root may");
}

fn hold(folder: &Path, spaces: &[&str]) -> Running {
    let mut unshare = Command::new("unshare");
    unshare.arg("--mount").args(spaces).env("FOLDER", folder).args(["sh", "-c", SCENERY]);
    let holder = Running::start(&mut unshare, &folder.join("stage.log")).unwrap();
    let ready = wait_for(PATIENCE, || folder.join("ready").exists());
    assert!(ready, "{}", holder.printed());
    holder
}

/// A network that nothing is in yet.
fn far_end(folder: &Path) -> Running {
    let mut unshare = Command::new("unshare");
    unshare.args(["--net", "sleep", "600"]);
    let far = Running::start(&mut unshare, &folder.join("far.log")).unwrap();
    let ours = fs::read_link("/proc/self/ns/net").unwrap();
    let theirs = format!("/proc/{}/ns/net", far.id());
    assert!(wait_for(PATIENCE, || fs::read_link(&theirs).is_ok_and(|theirs| theirs != ours)));
    far
}
