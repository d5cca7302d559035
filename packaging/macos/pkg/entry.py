"""A file or folder that a package brings, as macOS shall have it."""

import stat
from dataclasses import dataclass

ROOT = 0
WHEEL = 0
ADMIN = 80


@dataclass(frozen=True)
class Entry:
    """A path below the volume, without a slash before it; "" is the volume itself."""

    path: str
    mode: int
    contents: bytes = b""
    group: int = WHEEL

    @property
    def is_folder(self):
        """Whether it is one; its mode says so."""
        return stat.S_ISDIR(self.mode)


def folder(path, mode=0o755, group=WHEEL):
    """A folder, root's."""
    return Entry(path, stat.S_IFDIR | mode, group=group)


def file(path, contents, mode=0o644):
    """A file, root's."""
    return Entry(path, stat.S_IFREG | mode, contents)
