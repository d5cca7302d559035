#!/usr/bin/env python3
"""Makes an OCI image layout (OCI image-spec 1.1) of laid-out trees of the collector,
without a container engine; the same trees give the same bytes.

    packaging/linux/oci.py OUT.tar amd64=TREE [arm64=TREE]

The image holds the program and what its package brings, and nothing else: no shell, no
C library. It runs as user 65532 and keeps its state in /var/lib/moored-collector.
VERSION and SOURCE_DATE_EPOCH come from the environment (packaging/version.sh).
"""

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
from datetime import datetime, timezone
from pathlib import Path

USER = 65532
STATE = "var/lib/moored-collector"
EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
VERSION = os.environ["VERSION"]


def entry(name, kind=tarfile.REGTYPE, mode=0o644, owner=0, size=0):
    """What a file or folder is called in an archive."""
    said = tarfile.TarInfo(name)
    said.type, said.mode, said.size, said.mtime = kind, mode, size, EPOCH
    said.uid = said.gid = owner
    return said


def archive(files):
    """An archive of entries and their bytes, in that order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for said, content in files:
            tar.addfile(said, io.BytesIO(content))
    return out.getvalue()


def layer(tree):
    """The tree's files, a user to run as and a folder for its state."""
    files = [(entry("etc", tarfile.DIRTYPE, 0o755), b"")]
    passwd = f"moored-collector:x:{USER}:{USER}::/{STATE}:/nonexistent\n".encode()
    files.append((entry("etc/passwd", size=len(passwd)), passwd))
    for path in sorted(Path(tree).rglob("*")):
        name = str(path.relative_to(tree))
        if name == "etc" or name.startswith("usr/lib"):
            continue
        if path.is_dir():
            files.append((entry(name, tarfile.DIRTYPE, 0o755), b""))
        else:
            content = path.read_bytes()
            mode = 0o755 if os.access(path, os.X_OK) and "bin" in path.parts else 0o644
            files.append((entry(name, mode=mode, size=len(content)), content))
    for folder in ["var", "var/lib"]:
        files.append((entry(folder, tarfile.DIRTYPE, 0o755), b""))
    files.append((entry(STATE, tarfile.DIRTYPE, 0o700, owner=USER), b""))
    return archive(files)


class Layout:
    """Blobs by their digest."""

    def __init__(self):
        self.blobs = {}

    def keep(self, kind, content):
        """Keeps a blob; gives its descriptor."""
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[digest] = content
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}

    def document(self, kind, content):
        """The same of a JSON document."""
        return self.keep(kind, json.dumps(content, sort_keys=True).encode())


def image(layout, architecture, tree):
    """One architecture's manifest."""
    unpacked = layer(tree)
    packed = gzip.compress(unpacked, mtime=0)
    created = datetime.fromtimestamp(EPOCH, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    config = {
        "created": created,
        "architecture": architecture,
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            "ExposedPorts": {"8443/tcp": {}, "8444/tcp": {}},
            "Entrypoint": ["/usr/bin/moored-collector"],
            "Cmd": ["run"],
            "Volumes": {f"/{STATE}": {}},
            "WorkingDir": f"/{STATE}",
            "Labels": {
                "org.opencontainers.image.title": "moored-collector",
                "org.opencontainers.image.version": VERSION,
                "org.opencontainers.image.licenses": "Apache-2.0",
                "org.opencontainers.image.revision": os.environ.get("MOORED_COMMIT", ""),
            },
        },
        "rootfs": {
            "type": "layers",
            "diff_ids": [f"sha256:{hashlib.sha256(unpacked).hexdigest()}"],
        },
        "history": [{"created": created, "created_by": "packaging/linux/oci.py"}],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": layout.document("application/vnd.oci.image.config.v1+json", config),
        "layers": [layout.keep("application/vnd.oci.image.layer.v1.tar+gzip", packed)],
    }
    made = layout.document(manifest["mediaType"], manifest)
    return made | {"platform": {"architecture": architecture, "os": "linux"}}


def main():
    out, *given = sys.argv[1:]
    layout = Layout()
    index = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [image(layout, *one.split("=", 1)) for one in given],
    }
    named = layout.document(index["mediaType"], index)
    named["annotations"] = {"org.opencontainers.image.ref.name": VERSION}
    entrance = index | {"manifests": [named]}
    files = {
        "oci-layout": json.dumps({"imageLayoutVersion": "1.0.0"}).encode(),
        "index.json": json.dumps(entrance, sort_keys=True).encode(),
    } | {f"blobs/sha256/{digest}": content for digest, content in layout.blobs.items()}
    folders = [entry(name, tarfile.DIRTYPE, 0o755) for name in ["blobs", "blobs/sha256"]]
    packed = [(entry(name, size=len(content)), content) for name, content in sorted(files.items())]
    Path(out).write_bytes(archive([(folder, b"") for folder in folders] + packed))


main()
