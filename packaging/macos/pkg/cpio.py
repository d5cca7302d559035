"""An archive as the Installer unpacks it: cpio in its portable form, all numbers in
octal digits (POSIX 1988, "odc"), packed with gzip."""

import gzip

from entry import ROOT


def packed(entries, time):
    """Entries in their order, folders before what is in them."""
    parts = [record("./" + one.path if one.path else ".", number, one, time)
             for number, one in enumerate(entries, start=1)]
    # The end is a record of a name that no file has.
    parts.append(head("TRAILER!!!", 0, 0, 0, 1, 0, 0))
    return gzip.compress(b"".join(parts), 9, mtime=0)


def record(name, number, entry, time):
    """An entry's head, name and contents."""
    links = 2 if entry.is_folder else 1
    size = len(entry.contents)
    return head(name, number, entry.mode, entry.group, links, time, size) + entry.contents


def head(name, number, mode, group, links, time, size):
    """What is before the contents: device, inode, mode, owner, links, time, sizes."""
    named = name.encode() + b"\0"
    six = (0, number, mode, ROOT, group, links, 0)
    numbers = "".join(f"{value:06o}" for value in six)
    text = f"070707{numbers}{time:011o}{len(named):06o}{size:011o}"
    if len(text) != 76:
        raise ValueError(f"{name} is too large for an archive of this form")
    return text.encode() + named
