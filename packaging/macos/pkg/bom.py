"""The bill of materials of a package: paths, modes, owners, sizes and checksums of all
that is installed, from which macOS makes the receipt.

Apple does not describe the format. This is what two descriptions of others agree on,
made from files of Apple's own tools: that of stuckliste (bom-file-format-reference.md,
receipt-file-format-reference.md) and that of dotnet-packaging (BomFiles.md). The crate
apple-bom reads what is written here. In short, numbers with the highest byte first:

* A head of 512 bytes says where the index of blocks and the list of names are. Blocks
  are called by their place in the index; number 0 is none.
* Five blocks have names. BomInfo counts; Paths, HLIndex (hard links) and Size64 (files
  beyond 4 GiB) are trees; VIndex holds a tree of patterns. Only Paths is not empty here.
* A tree has leaves, each a page of pairs, and above them, if there are several, a page
  that names each leaf with the second half of its last pair.
* A pair of Paths is what is known of a path, and its name below its parent. Paths are
  numbered, and a parent has a lower number than what is in it.
"""

import struct
import zlib

from entry import ROOT

HEAD = 512
PAGE = 4096
SMALL_PAGE = 128
# Fewer than a page could hold: as many as Apple's own tools put there.
PAIRS = 256
FILE, FOLDER = 1, 2
# All is told of a path, and a program is a file like others.
WHOLE = 0x000F
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def bill(entries, time):
    """The bill of these entries, which begin with the volume itself."""
    blocks = Blocks()
    sizes = sum(len(one.contents) for one in entries)
    info = struct.pack(">III", 1, len(entries), 1) + struct.pack(">IIII", 0, 0, sizes, 0)
    names = {"BomInfo": blocks.add(info)}
    names["Paths"] = tree(blocks, pairs(blocks, entries, time), PAGE)
    names["HLIndex"] = tree(blocks, [], PAGE)
    patterns = tree(blocks, [], SMALL_PAGE)
    names["VIndex"] = blocks.add(struct.pack(">IIIB", 1, patterns, 0, 1))
    names["Size64"] = tree(blocks, [], PAGE)
    return blocks.stored(names)


class Blocks:
    """The blocks of a bill, as they are laid down one after the other."""

    def __init__(self):
        self.laid = []

    def add(self, block):
        """Lays a block down; gives its number."""
        self.laid.append(block)
        return len(self.laid)

    def stored(self, names):
        """The whole file."""
        index, offset = [struct.pack(">II", 0, 0)], HEAD
        for block in self.laid:
            index.append(struct.pack(">II", offset, len(block)))
            offset += len(block)
        called = struct.pack(">I", len(names))
        for name, number in names.items():
            called += struct.pack(">IB", number, len(name)) + name.encode()
        # After the blocks come those that are free: two, of no length.
        table = struct.pack(">I", len(index)) + b"".join(index) + struct.pack(">I16x", 2)
        there = (offset + len(called), len(table), offset, len(called))
        head = struct.pack(">8sIIIIII", b"BOMStore", 1, len(self.laid), *there)
        return b"".join([head.ljust(HEAD, b"\0"), *self.laid, called, table])


def tree(blocks, leaves_of, page):
    """A tree of pairs of blocks; gives its number."""
    leaves = [leaves_of[at:at + PAIRS] for at in range(0, len(leaves_of), PAIRS)] or [[]]
    first = len(blocks.laid) + 1
    last = first + len(leaves) - 1
    for number, leaf in enumerate(leaves, start=first):
        after = number + 1 if number < last else 0
        before = number - 1 if number > first else 0
        blocks.add(node(1, leaf, after, before, page))
    root = first
    if len(leaves) > 1:
        above = [(number, leaf[-1][1]) for number, leaf in enumerate(leaves, start=first)]
        root = blocks.add(node(0, above, 0, 0, page))
    return blocks.add(struct.pack(">4sIIIIB", b"tree", 1, root, page, len(leaves_of), 0))


def node(is_leaf, those, after, before, page):
    """A page of a tree."""
    head = struct.pack(">HHII", is_leaf, len(those), after, before)
    return (head + b"".join(struct.pack(">II", *pair) for pair in those)).ljust(page, b"\0")


def pairs(blocks, entries, time):
    """What is known of each path, and its name below its parent: ordered by the
    parent's number, then by name, which is the order of the tree."""
    numbers, found = {}, []
    for one in sorted(entries, key=by_depth):
        parent, _, name = one.path.rpartition("/")
        above = numbers[parent] if one.path else 0
        numbers[one.path] = len(numbers) + 1
        known = blocks.add(metadata(one, time))
        named = blocks.add(struct.pack(">I", above) + (name or ".").encode() + b"\0")
        found.append((blocks.add(struct.pack(">II", numbers[one.path], known)), named))
    return found


def by_depth(entry):
    """Folders of one depth before what is deeper, each with its own together."""
    parts = entry.path.split("/") if entry.path else []
    return len(parts), parts


def metadata(entry, time):
    """What is known of a path."""
    kind = FOLDER if entry.is_folder else FILE
    size = len(entry.contents)
    known = struct.pack(">BBHHIIIIB", kind, 1, WHOLE, entry.mode, ROOT, entry.group, time, size, 1)
    if not entry.is_folder:
        known += struct.pack(">I", cksum(entry.contents))
    return known + bytes(8)


def cksum(contents):
    """The checksum of POSIX' `cksum`. It is zlib's with the bits of each byte and of
    the result the other way round, begun at zero, with the length after the contents."""
    length = len(contents)
    after = length.to_bytes((length.bit_length() + 7) // 8, "little")
    begun = zlib.crc32(contents.translate(REVERSED), 0xFFFFFFFF)
    return int(f"{zlib.crc32(after.translate(REVERSED), begun):032b}"[::-1], 2)
