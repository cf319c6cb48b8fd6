#!/usr/bin/python3
"""Shows that run.py notices a bug: nodes that do not share their data must fail every kind of check that spans nodes."""

import pathlib
import subprocess
import sys

RUN = pathlib.Path(__file__).resolve().parent / "run.py"
ARGUMENTS = ["--apart", "--store", "memory", "--faults", "", "--seconds", "2", "--seed", "3", "--keep-nothing"]
MUST_FAIL = ["unique: s1", "order in real time: s1", "blocks: blocks", "acknowledged rows of dense on n1",
             "lookups in dense", "the same sparse on all nodes", "restarts: restarted1", "restarts: restarting.id",
             "restarts: commits into restarting", "acknowledged transfers on n2", "the same lists on all nodes", "lists"]


def main():
    report = subprocess.run([sys.executable, RUN, *ARGUMENTS, *sys.argv[1:]], capture_output=True, text=True)
    missed = [what for what in MUST_FAIL if f"FAIL {what} (seed" not in report.stdout]
    if missed or report.returncode != 1:
        print(f"FAIL run.py did not notice that nodes are apart: {', '.join(missed)}\n{report.stdout[-2000:]}{report.stderr[-2000:]}")
    print(f"{len(MUST_FAIL) - len(missed)} passed, {len(missed)} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
