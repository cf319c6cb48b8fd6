#!/usr/bin/python3
"""Shows that a cut loses what was not synced, and nothing else; and that the recovery test notices a sync left out."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from unsynced import power_cut  # noqa: E402

LONG = "x" * 5000
READY = ["append", "a", "old", "sync", "a", "syncdir", "."]  # a file that is wholly on the disk

# (what, actions of program.c, what is left)
CASES = [
    ("nothing is lost of what is synced", READY, {"a": "old"}),
    ("a write without sync", READY + ["append", "a", "new"], {"a": "old"}),
    ("a write with sync", READY + ["append", "a", "new", "sync", "a"], {"a": "oldnew"}),
    ("a write after a sync", READY + ["append", "a", "1", "sync", "a", "append", "a", "2"], {"a": "old1"}),
    ("the sync of another file", READY + ["append", "a", "1", "append", "b", "2", "sync", "b", "syncdir", "."],
     {"a": "old", "b": "2"}),
    ("an overwritten range", READY + ["over", "a", "1", "NEW"], {"a": "old"}),
    ("an overwritten range with sync", READY + ["over", "a", "1", "NEW", "sync", "a"], {"a": "oNEW"}),
    ("one range written twice", READY + ["over", "a", "0", "12", "sync", "a", "over", "a", "0", "34"], {"a": "12d"}),
    ("a write behind a hole", READY + ["over", "a", "9", LONG], {"a": "old"}),
    ("a truncation", READY + ["truncate", "a", "1"], {"a": "old"}),
    ("a truncation with sync", READY + ["truncate", "a", "1", "sync", "a"], {"a": "o"}),
    ("a truncation, and more written", READY + ["truncate", "a", "1", "append", "a", "zzzzzz"], {"a": "old"}),
    ("a new file without sync of its directory", READY + ["append", "b", "1", "sync", "b"], {"a": "old"}),
    ("a new file without sync of its data", READY + ["append", "b", "1", "syncdir", "."], {"a": "old", "b": ""}),
    ("a rename", READY + ["rename", "a", "b"], {"a": "old"}),
    ("a rename with sync of the directory", READY + ["rename", "a", "b", "syncdir", "."], {"b": "old"}),
    ("a rename over another file", READY + ["append", "b", "1", "sync", "b", "syncdir", ".", "rename", "b", "a"],
     {"a": "old", "b": "1"}),
    ("a rename of a file whose data is not synced", READY + ["append", "b", "1", "rename", "b", "a", "syncdir", "."],
     {"a": ""}),
    ("a second name", READY + ["link", "a", "b"], {"a": "old"}),
    ("a second name with sync of the directory", READY + ["link", "a", "b", "syncdir", "."], {"a": "old", "b": "old"}),
    ("a second name in place of the first", READY + ["mkdir", "d", "syncdir", ".", "link", "a", "d/a", "syncdir", "d", "unlink",
                                                     "a", "syncdir", "."], {"d/a": "old"}),
    ("a second name for what is not synced", READY + ["append", "b", "1", "link", "b", "c", "syncdir", "."],
     {"a": "old", "b": "", "c": ""}),
    ("an unlink", READY + ["unlink", "a"], {"a": "old"}),
    ("an unlink with sync of the directory", READY + ["unlink", "a", "syncdir", "."], {}),
    ("an unlink after a write", READY + ["append", "a", "new", "unlink", "a"], {"a": "old"}),
    ("a directory", READY + ["mkdir", "d", "append", "d/b", "1", "sync", "d/b", "syncdir", "d"], {"a": "old"}),
    ("a directory with sync of its parent", READY + ["mkdir", "d", "append", "d/b", "1", "sync", "d/b", "syncdir", "d",
                                                     "syncdir", "."], {"a": "old", "d/b": "1"}),
]


def contents(root):
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def run(disk, program, actions):
    status = subprocess.run([program, *actions], cwd=disk.root, env={**os.environ, **disk.environment}).returncode
    if status != -signal.SIGKILL:
        raise RuntimeError(f"the program ended with {status}")


def check_case(program, shim, actions, left):
    with power_cut.Disk(shim) as disk:
        run(disk, program, actions)
        disk.cut()
        got = contents(disk.root)
        return [] if got == left else [f"expected {left}, got {got}"]


def check_variants(program, shim):
    """Of two writes that are not synced, every state in between occurs, and no other."""
    seen = {mode: set() for mode in power_cut.MODES}
    old, new = "o" * 8192, "n" * 8192
    for mode in power_cut.MODES:
        for seed in range(40):
            with power_cut.Disk(shim) as disk:
                run(disk, program, ["append", "a", old, "sync", "a", "syncdir", ".", "over", "a", "0", new])
                disk.cut(mode, random.Random(seed))
                seen[mode].add((disk.root / "a").read_text())
    pages = {a * 4096 + b * 4096 for a in "on" for b in "on"}
    complaints = []
    if seen["nothing"] != {old}:
        complaints.append("something survived")
    if any(text != "n" * text.count("n") + "o" * text.count("o") for text in seen["prefix"]) or len(seen["prefix"]) < 10:
        complaints.append("the prefixes are wrong")
    if seen["pages"] != pages:
        complaints.append(f"{len(seen['pages'])} of {len(pages)} combinations of pages")
    return complaints


def check_planted_bug():
    """A server whose log is never synced must not pass."""
    command = [sys.executable, HERE.parent / "run.py", "--unsynced", "--mode", "nothing", "--leave-out-syncs", "--rounds", "1",
               "--seconds", "1", "--seed", "1"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 1 or "is lost" not in result.stdout or "handed out" not in result.stdout:
        return [f"it was not noticed:\n{result.stdout}{result.stderr}"]
    return []


def main():
    complaints = {}
    with tempfile.TemporaryDirectory() as directory:
        program = pathlib.Path(directory) / "program"
        subprocess.run(["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", HERE / "program.c", "-o", program], check=True)
        shim = power_cut.build_shim(pathlib.Path(directory) / "shim.so")
        for what, actions, left in CASES:
            complaints[what] = check_case(program, shim, actions, left)
        complaints["variants"] = check_variants(program, shim)
    complaints["a sync left out"] = check_planted_bug()
    for what, texts in complaints.items():
        for text in texts:
            print(f"FAIL {what}: {text}")
    failed = sum(1 for texts in complaints.values() if texts)
    print(f"{len(complaints) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
