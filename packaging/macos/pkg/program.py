"""Programs for macOS (Mach-O, Apple's <mach-o/loader.h> and <mach-o/fat.h>): for which
processor one is and from which macOS on, and several in one file."""

import struct
from dataclasses import dataclass

FAT = 0xCAFEBABE
THIN = 0xFEEDFACF
HEAD = 32
SIGNATURE, BUILD = 0x1D, 0x32
# Pages of Apple's processors, as a power of two; those of Intel's are smaller.
PAGE = 14
INTEL, APPLE = 0x01000007, 0x0100000C
NAMES = {INTEL: "x86_64", APPLE: "arm64"}


@dataclass(frozen=True)
class Program:
    """A program for one kind of processor, and the oldest macOS it is built for."""

    kind: int
    subkind: int
    oldest: tuple
    contents: bytes

    @property
    def processor(self):
        """What Apple calls the processor."""
        return NAMES[self.kind]


def read(contents):
    """A program, or why it cannot be packed."""
    if len(contents) < HEAD or struct.unpack_from("<I", contents) != (THIN,):
        raise ValueError("not a program for macOS, or one for several processors already")
    kind, subkind, _, count = struct.unpack_from("<IIII", contents, 4)
    if kind not in NAMES:
        raise ValueError("neither for Apple's processors nor for Intel's")
    found = dict(commands(contents, count))
    if BUILD not in found:
        raise ValueError("it does not say from which macOS on it runs")
    if kind == APPLE and SIGNATURE not in found:
        raise ValueError("not signed, not even by its linker: macOS would not start it")
    version = struct.unpack_from("<I", contents, found[BUILD] + 12)[0]
    return Program(kind, subkind, (version >> 16, version >> 8 & 0xFF), contents)


def commands(contents, count):
    """What is said to the loader: kinds, and where each is."""
    at = HEAD
    for _ in range(count):
        kind, size = struct.unpack_from("<II", contents, at)
        yield kind, at
        at += size


def joined(programs):
    """One file of several programs; a single one stays as it is."""
    programs = sorted(programs, key=lambda one: (one.kind, one.subkind))
    if len(programs) == 1:
        return programs[0].contents
    names = [one.processor for one in programs]
    if len(set(names)) != len(names):
        raise ValueError("two programs are for one processor")
    head = struct.pack(">II", FAT, len(programs))
    body = bytearray(len(head) + 20 * len(programs))
    for one in programs:
        body += bytes(-len(body) % (1 << PAGE))
        place = (len(body), len(one.contents), PAGE)
        head += struct.pack(">IIIII", one.kind, one.subkind, *place)
        body += one.contents
    body[: len(head)] = head
    return bytes(body)
