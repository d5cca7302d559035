"""The outermost archive of a package: xar, which is a head, a list of contents in XML
packed with zlib, and a heap. All offsets are counted from the heap's beginning, where
the checksum of the list is."""

import hashlib
import struct
import zlib
from datetime import datetime, timezone
from xml.etree import ElementTree
from xml.etree.ElementTree import SubElement

SHA1 = 1
HEAD = struct.Struct(">4sHHQQI")


def archive(tree, time):
    """An archive of a tree: names of files with their bytes, of folders with a tree."""
    moment = datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    heap = [bytes(hashlib.sha1().digest_size)]
    root = ElementTree.Element("xar")
    toc = SubElement(root, "toc")
    checksum = SubElement(toc, "checksum", style="sha1")
    SubElement(checksum, "size").text = str(len(heap[0]))
    SubElement(checksum, "offset").text = "0"
    SubElement(toc, "creation-time").text = moment
    contents(toc, tree, heap, moment, iter(range(1, 1 << 32)))
    text = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    listed = zlib.compress(text, 9)
    heap[0] = hashlib.sha1(listed).digest()
    head = HEAD.pack(b"xar!", HEAD.size, 1, len(listed), len(text), SHA1)
    return b"".join([head, listed, *heap])


def contents(parent, tree, heap, moment, numbers):
    """Lists what is in a folder, and puts it on the heap."""
    for name, what in tree.items():
        node = SubElement(parent, "file", id=str(next(numbers)))
        is_folder = isinstance(what, dict)
        SubElement(node, "name").text = name
        SubElement(node, "type").text = "directory" if is_folder else "file"
        SubElement(node, "mode").text = "0755" if is_folder else "0644"
        for owner in ("uid", "gid"):
            SubElement(node, owner).text = "0"
        SubElement(node, "mtime").text = moment
        if is_folder:
            contents(node, what, heap, moment, numbers)
        else:
            data(node, what, heap)


def data(node, what, heap):
    """Says where on the heap a file is. It is there as it is: what is large in a
    package is packed already."""
    offset = sum(map(len, heap))
    heap.append(what)
    part = SubElement(node, "data")
    SubElement(part, "length").text = str(len(what))
    SubElement(part, "offset").text = str(offset)
    SubElement(part, "size").text = str(len(what))
    SubElement(part, "encoding", style="application/octet-stream")
    for kind in ("extracted-checksum", "archived-checksum"):
        SubElement(part, kind, style="sha1").text = hashlib.sha1(what).hexdigest()
