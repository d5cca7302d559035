"""Writes macOS' installer package: packaging/macos/pkg.sh says how it is called.

It holds a description for the Installer (Distribution), as an MDM wants it, and one
component: what it is (PackageInfo), the files (Payload), what is run before and after
(Scripts), and the bill of materials (Bom).
"""

import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import SubElement

import bom
import cpio
import program
import xar
from entry import ADMIN, file, folder

IDENTIFIER = "org.moored.agent"
HOME = "Library/Application Support/Moored"
ROOT = Path(__file__).resolve().parents[3]
# What the Linux package's configuration says, and what a Mac's does.
HERE = {
    'state = "/var/lib/moored"\n': f'state = "/{HOME}"\n',
    'signatures = "/usr/share/moored/signatures"\n': f'signatures = "/{HOME}/signatures"\n',
}


def main(version, time, *programs, out):
    """Reads the programs, writes the package."""
    given = [one_of(path) for path in programs]
    installed = payload(program.joined(given))
    component = {
        "PackageInfo": about(version, installed),
        "Bom": bom.bill(installed, time),
        "Payload": cpio.packed(installed, time),
        "Scripts": cpio.packed(scripts(), time),
    }
    package = {"Distribution": distribution(version, given, installed), "moored.pkg": component}
    Path(out).write_bytes(xar.archive(package, time))


def one_of(path):
    """A program that is given."""
    try:
        return program.read(Path(path).read_bytes())
    except ValueError as wrong:
        raise ValueError(f"{path}: {wrong}") from wrong


def payload(agent):
    """All that is installed. Folders that are macOS' own are as macOS has them."""
    shipped = signatures()
    packaged = [one.path.removeprefix(HOME + "/") for one in shipped if not one.is_folder]
    return [
        folder(""),
        folder("Library"),
        folder("Library/Application Support", group=ADMIN),
        # The state is in there, too.
        folder(HOME, mode=0o700),
        file(f"{HOME}/LICENSE", (ROOT / "LICENSE").read_bytes()),
        file(f"{HOME}/agent.toml.default", configuration()),
        file(f"{HOME}/moored", agent, mode=0o755),
        # Read by the package that comes after this one.
        file(f"{HOME}/packaged", "".join(f"{path}\n" for path in packaged).encode()),
        *shipped,
        file(f"{HOME}/uninstall.sh", own("uninstall.sh"), mode=0o755),
        folder("Library/LaunchDaemons"),
        file(f"Library/LaunchDaemons/{IDENTIFIER}.plist", own(f"{IDENTIFIER}.plist")),
    ]


def signatures():
    """The signatures and their folders."""
    source = ROOT / "config/signatures"
    entries = [folder(f"{HOME}/signatures")]
    for path in sorted(source.rglob("*")):
        place = f"{HOME}/signatures/{path.relative_to(source).as_posix()}"
        entries.append(folder(place) if path.is_dir() else file(place, path.read_bytes()))
    return entries


def configuration():
    """The configuration as it is shipped, with a Mac's places."""
    text = (ROOT / "config/agent.toml").read_text(encoding="utf-8")
    for there, here in HERE.items():
        if text.count(there) != 1:
            raise ValueError(f"config/agent.toml does not say once: {there.strip()}")
        text = text.replace(there, here)
    return text.encode()


def scripts():
    """What the Installer runs."""
    names = ("postinstall", "preinstall")
    return [folder(""), *(file(name, own(f"scripts/{name}"), mode=0o755) for name in names)]


def own(name):
    """A file of packaging/macos."""
    return (ROOT / "packaging/macos" / name).read_bytes()


def kilobytes(entries):
    """How much room they take, in whole kilobytes each."""
    return str(sum(-(-len(one.contents) // 1024) for one in entries))


def about(version, installed):
    """PackageInfo: what the component is."""
    root = ElementTree.Element("pkg-info", {
        "format-version": "2",
        "identifier": IDENTIFIER,
        "version": version,
        "install-location": "/",
        "auth": "root",
        "overwrite-permissions": "true",
        "relocatable": "false",
        "postinstall-action": "none",
    })
    SubElement(root, "payload", numberOfFiles=str(len(installed)), installKBytes=kilobytes(installed))
    run = SubElement(root, "scripts")
    for name in ("preinstall", "postinstall"):
        SubElement(run, name, file=f"./{name}")
    return written(root)


def distribution(version, programs, installed):
    """What the Installer asks before it begins, and which component it installs."""
    root = ElementTree.Element("installer-gui-script", minSpecVersion="2")
    SubElement(root, "title").text = "Moored"
    SubElement(root, "options", {
        "customize": "never",
        "require-scripts": "false",
        "hostArchitectures": ",".join(sorted(one.processor for one in programs)),
    })
    SubElement(root, "domains", {
        "enable_anywhere": "false",
        "enable_currentUserHome": "false",
        "enable_localSystem": "true",
    })
    allowed = SubElement(SubElement(root, "volume-check"), "allowed-os-versions")
    oldest = max(one.oldest for one in programs)
    SubElement(allowed, "os-version", min=".".join(map(str, oldest)))
    SubElement(SubElement(root, "choices-outline"), "line", choice=IDENTIFIER)
    choice = SubElement(root, "choice", id=IDENTIFIER, title="Moored", visible="false")
    SubElement(choice, "pkg-ref", id=IDENTIFIER)
    component = SubElement(root, "pkg-ref", {
        "id": IDENTIFIER,
        "version": version,
        "onConclusion": "none",
        "installKBytes": kilobytes(installed),
    })
    component.text = "#moored.pkg"
    SubElement(root, "product", id=IDENTIFIER, version=version)
    return written(root)


def written(root):
    """A description as text."""
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


if __name__ == "__main__":
    try:
        _, named, epoch, *given, last = sys.argv
        main(named, int(epoch), *given, out=last)
    except (OSError, ValueError) as wrong:
        sys.exit(f"pkg.sh: {wrong}")
