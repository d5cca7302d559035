//! Packages for Linux: what is in them, what others' programs say of them, and their
//! coming and going on this machine's own Debian, booted a second time. On clean
//! systems: `make test-packages`.

use std::fs;
use std::path::Path;
use std::process::Command;
use tests::packed::Packed;
use tests::packed::come_and_go;
use tests::packed::done;
use tests::root;

#[test]
fn packages_come_and_go_on_a_booted_debian() {
    come_and_go(Path::new("/"));
}

#[test]
fn packages_come_and_go_in_a_database_of_rpm() {
    let folder = tempfile::tempdir().unwrap();
    for (version, file) in [("0.1.0", "1.rpm"), ("0.2.0", "2.rpm")] {
        let packed = Packed { name: "moored", version, folder: folder.path() };
        packed.rpm(&packed.tree(), file);
    }
    let mut trial = Command::new("unshare");
    trial.args(["--mount", "--propagation", "private", "sh"]);
    done(trial.arg(root().join("tests/packages/rpm.sh")).arg(folder.path()));
    assert!(folder.path().join("passed").exists());
}

#[test]
fn the_same_files_are_the_same_package_and_nobody_finds_an_error_in_it() {
    for name in ["moored", "moored-collector"] {
        let folder = tempfile::tempdir().unwrap();
        let packed = Packed { name, version: "0.1.0", folder: folder.path() };
        let tree = packed.tree();
        let first = [
            packed.deb(&tree, "1.deb"),
            packed.rpm(&tree, "1.rpm"),
            packed.tar(&tree, "1.tar.gz"),
            packed.oci(&tree, "1.tar"),
        ];
        // Times of files are no part of it.
        done(Command::new("find").arg(&tree).args([
            "-exec",
            "touch",
            "-d",
            "2001-01-01",
            "{}",
            "+",
        ]));
        let second = [
            packed.deb(&tree, "2.deb"),
            packed.rpm(&tree, "2.rpm"),
            packed.tar(&tree, "2.tar.gz"),
            packed.oci(&tree, "2.tar"),
        ];
        for (first, second) in first.iter().zip(&second) {
            assert!(
                fs::read(first).unwrap() == fs::read(second).unwrap(),
                "{} differs",
                first.display()
            );
        }
        let mut lintian = Command::new("lintian");
        lintian.args(["--allow-root", "--fail-on", "error"]);
        // What is handed out is linked to no C library; what tests pack is.
        done(lintian.args(["--suppress-tags", "missing-dependency-on-libc"]).arg(&first[0]));
        let configuration = root().join("packaging/linux/rpmlint.toml");
        done(Command::new("rpmlint").arg("-c").arg(configuration).arg(&first[1]));
    }
}

#[test]
fn the_image_of_the_collector_is_one_for_others_tools() {
    let folder = tempfile::tempdir().unwrap();
    let packed = Packed { name: "moored-collector", version: "0.1.0", folder: folder.path() };
    let image = packed.oci(&packed.tree(), "image.tar");
    let layout = folder.path().join("layout");
    fs::create_dir(&layout).unwrap();
    done(Command::new("tar").arg("-C").arg(&layout).arg("-xf").arg(image));
    let layout = format!("{}:0.1.0", layout.display());
    let said =
        done(Command::new("skopeo").args(["inspect", "--config"]).arg(format!("oci:{layout}")));
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["config"]["User"], "65532:65532");
    assert_eq!(said["config"]["Entrypoint"], serde_json::json!(["/usr/bin/moored-collector"]));
    let bundle = folder.path().join("bundle");
    done(Command::new("umoci").args(["unpack", "--rootless", "--image", &layout]).arg(&bundle));
    let files = bundle.join("rootfs");
    let program = files.join("usr/bin/moored-collector");
    let config = files.join("etc/moored/collector.toml");
    assert!(config.exists() && files.join("var/lib/moored-collector").is_dir());
    let version = done(Command::new(program).arg("--version"));
    assert_eq!(version, concat!("moored-collector ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn checksums_and_signatures_are_those_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let (packages, key) = (folder.path().join("packages"), folder.path().join("key"));
    fs::create_dir(&packages).unwrap();
    fs::write(packages.join("moored.deb"), "a package").unwrap();
    let public = folder.path().join("key.pub");
    done(Command::new("minisign").args(["-G", "-W", "-s"]).arg(&key).arg("-p").arg(&public));
    let mut seal = Command::new(root().join("packaging/seal.sh"));
    done(seal.arg(&packages).env("MINISIGN_KEY", fs::read_to_string(&key).unwrap()));
    let verify = |file: &str| {
        let mut command = Command::new("minisign");
        command.args(["-V", "-p"]).arg(&public).arg("-m").arg(packages.join(file));
        command
    };
    for file in ["moored.deb", "SHA256SUMS"] {
        let said = done(&mut verify(file));
        assert!(said.contains(&format!("Moored {}: {file}", env!("CARGO_PKG_VERSION"))), "{said}");
    }
    done(Command::new("sha256sum").args(["--check", "SHA256SUMS"]).current_dir(&packages));
    fs::write(packages.join("moored.deb"), "another").unwrap();
    assert!(!tests::program::run(&mut verify("moored.deb")).unwrap().status.success());
}

/// How exposed systemd finds a unit, of 10, at most; `docs/deploy/linux.md` says so.
#[test]
fn units_are_as_closed_as_is_said() {
    let page = fs::read_to_string(root().join("docs/deploy/linux.md")).unwrap();
    let said = page.split_once("exposure ").unwrap().1;
    let (agent, rest) = said.split_once(" of 10 (the collector's ").unwrap();
    let (collector, _) = rest.split_once(')').unwrap();
    for (unit, most) in [("moored", agent), ("moored-collector", collector)] {
        let file = root().join(format!("packaging/linux/{unit}.service"));
        let mut analyze = Command::new("systemd-analyze");
        analyze.args(["security", "--offline=yes", "--no-pager"]).arg(file);
        let said = done(&mut analyze);
        let score = said.split("service: ").nth(1).and_then(|rest| rest.split(' ').next());
        assert_eq!(score, Some(most), "{said}");
    }
}
