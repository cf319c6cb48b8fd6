"""Puts a directory into a state that a power cut could have left: what was not synced is gone, or partly gone.

A process that runs in the environment of a Disk journals what it does below the disk's root (shim.c). Once it is dead,
cut() undoes what no sync covers. A sync of a file covers its data and size, a sync of a directory the names in it:
nothing else is durable, though many file systems give more.
"""

import os
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
PAGE = 4096
RECORD = struct.Struct("=c7xQQQQIIQ")  # struct Record of shim.c

# What of the data that was not synced survives: nothing; of each file the first operations, and some bytes of the next;
# of each file any pages.
MODES = ["nothing", "prefix", "pages"]


@dataclass
class Record:
    position: int  # in the journal
    operation: str
    inode: int
    offset: int
    count: int
    old_size: int
    path: str
    other: str
    undo: bytes

    def is_data(self):
        return self.operation in "WT"

    def is_name(self):
        return self.operation in "CRUMD"


def read_journal(path):
    """Returns the whole records; the last may have been cut short by the kill."""
    data = path.read_bytes() if path.exists() else b""
    records = []
    position = 0
    while position + RECORD.size <= len(data):
        operation, inode, offset, count, old_size, path_bytes, other_bytes, undo_bytes = RECORD.unpack_from(data, position)
        begin = position + RECORD.size
        end = begin + path_bytes + other_bytes + undo_bytes
        if end > len(data):
            break
        names = data[begin:begin + path_bytes + other_bytes]
        records.append(Record(position, operation.decode(), inode, offset, count, old_size,
                              os.fsdecode(names[:path_bytes]), os.fsdecode(names[path_bytes:]),
                              data[end - undo_bytes:end]))
        position = end
    return records


def build_shim(path):
    subprocess.run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", HERE / "shim.c", "-o", path],
                   check=True)
    return path


class Disk:
    """A directory, `root`, on a disk that forgets. Use as a context manager. `shim` is what build_shim built."""

    def __init__(self, shim=None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="unsynced-")).resolve()
        self.root = self.directory / "root"
        self.root.mkdir()
        self.journal = self.directory / "journal"
        self.kept = self.directory / "journal.kept"
        self.lie = self.directory / "lie"
        shim = shim or build_shim(self.directory / "shim.so")
        self.environment = {"LD_PRELOAD": str(shim), "UNSYNCED_ROOT": str(self.root), "UNSYNCED_LIE": str(self.lie),
                            "UNSYNCED_JOURNAL": str(self.journal)}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    def ignore_syncs_of(self, suffix):
        """From here on, syncs of files with this suffix are answered and not done."""
        self.lie.write_text(suffix)

    def cut(self, mode="nothing", numbers=None):
        """Loses what is not synced. REQUIRES that nobody has files open. Returns how many operations were undone."""
        numbers = numbers or random.Random(0)
        records = read_journal(self.journal)
        covered = defaultdict(int)
        for record in records:
            if record.operation == "S":
                covered[record.inode] = max(covered[record.inode], record.offset)
        undone = self.undo_data([r for r in records if r.is_data() and r.position >= covered[r.inode]], mode, numbers)
        undone += self.undo_names([r for r in records if r.is_name() and r.position >= covered[inode_of_parent(r)]], mode,
                                  numbers)
        self.journal.unlink(missing_ok=True)
        shutil.rmtree(self.kept, ignore_errors=True)
        return undone

    def undo_data(self, records, mode, numbers):
        paths = {os.lstat(path).st_ino: path for top in (self.root, self.kept) for folder, _, names in os.walk(top)
                 for path in (os.path.join(folder, name) for name in names)}
        files = defaultdict(list)
        for record in records:
            if record.inode in paths:
                files[record.inode].append(record)
        for inode, changes in files.items():
            with open(paths[inode], "r+b") as file:
                if mode == "prefix":
                    undo_after_prefix(file, changes, numbers)
                elif mode == "pages":
                    undo_pages(file, changes, numbers)
                else:
                    undo_changes(file, changes)
        return sum(map(len, files.values()))

    def undo_names(self, records, mode, numbers):
        folders = defaultdict(list)
        for record in records:
            folders[os.path.dirname(record.path)].append(record)
        lost = []
        for changes in folders.values():
            lost += changes[numbers.randint(0, len(changes)) if mode != "nothing" else 0:]
        for record in sorted(lost, key=lambda r: r.position, reverse=True):
            self.undo_name(record)
        return len(lost)

    def undo_name(self, record):
        path, kept = pathlib.Path(record.path), self.kept / str(record.offset)
        if not path.parent.exists():
            return  # the directory itself is lost
        if record.operation == "C":
            path.unlink(missing_ok=True)
        elif record.operation == "M":
            shutil.rmtree(path, ignore_errors=True)
        elif record.operation == "D":
            path.mkdir(exist_ok=True)
        elif record.operation == "U" and not path.exists():
            os.link(kept, path)
        elif record.operation == "R" and os.path.lexists(record.other) and os.lstat(record.other).st_ino == record.inode:
            os.rename(record.other, path)
            if record.offset:
                os.link(kept, record.other)


def inode_of_parent(record):
    try:
        return os.stat(os.path.dirname(record.path)).st_ino
    except FileNotFoundError:
        return 0


def undo_changes(file, changes):
    for change in reversed(changes):
        file.truncate(change.old_size)
        file.seek(change.offset)
        file.write(change.undo)
    file.flush()


def undo_after_prefix(file, changes, numbers):
    survivors = numbers.randint(0, len(changes))
    undo_changes(file, changes[survivors:])
    if survivors == 0 or changes[survivors - 1].operation != "W":
        return
    torn = changes[survivors - 1]
    whole = numbers.randint(0, torn.count)
    file.truncate(max(torn.old_size, min(torn.offset + whole, os.fstat(file.fileno()).st_size)))
    file.seek(torn.offset + whole)
    file.write(torn.undo[whole:])
    file.flush()


def undo_pages(file, changes, numbers):
    file.seek(0)
    new = file.read()
    undo_changes(file, changes)
    file.seek(0)
    old = file.read()
    for begin in range(0, max(len(new), len(old)), PAGE):
        survives = new[begin:begin + PAGE]
        if survives != old[begin:begin + PAGE] and numbers.random() < 0.5:
            file.seek(begin)
            file.write(survives)
    file.flush()
