#!/usr/bin/python3
"""Builds an index while clients write; where the store is RocksDB, kills the server in the middle and starts it again.

In the end the index must give, for every value, the rows that a scan of the table gives.
"""

import argparse
import itertools
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import index_load, servers  # noqa: E402

ROWS = 40_000
WRITERS = 3
ATTEMPTS = 5  # a build may end before its server is dead; then there is nothing to see


def load(server, ids):
    writers = [index_load.Writer(server, ids, ROWS) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    return writers


def end(writers):
    complaints = [complaint for writer in writers if (complaint := writer.stop())]
    if complaints:
        raise RuntimeError(f"a writer failed: {complaints[0]}")
    return sum(writer.written for writer in writers)


def build(server, ids, name, kill):
    """Returns how the job ended, and what it was after the kill."""
    writers = load(server, ids)
    with server.connect() as session:
        job = session.value(f"CREATE INDEX ASYNC {name} ON t (v)")
        seen = index_load.await_status(session, job, {"processing", "completed", "failed"})
        if kill:
            server.kill()
    if kill:
        end(writers)
        server.start()
        writers = load(server, ids)
        with server.connect() as session:
            seen = index_load.status_of(session, job)
    with server.connect() as session:
        ended = index_load.await_status(session, job, {"completed", "failed"})
    if end(writers) == 0 and not kill:
        raise RuntimeError("nobody wrote")
    return ended, seen


def run(server, kill):
    ids = itertools.count(1_000_000)
    with server.connect() as session:
        index_load.fill(session, ROWS)
    for attempt in range(ATTEMPTS):
        ended, seen = build(server, ids, f"t_v{attempt}", kill)
        if ended != "completed":
            return [f"the job is {ended}"]
        with server.connect() as session:
            if complaints := index_load.differences(session):
                return complaints
            if seen == "processing":
                return []
            session.one(f"DROP INDEX t_v{attempt}")
    return [f"in {ATTEMPTS} attempts the build always was quicker than the test"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", help="the ordinal program (default: ORDINAL_BINARY or build/release/ordinal)")
    options = parser.parse_args()
    failed = 0
    for store, kill in (("memory", False), ("rocksdb", False), ("rocksdb", True)):
        with servers.Ordinal(binary=options.binary, store=store, profile="postgresql") as server:
            failures = run(server, kill)
        for failure in failures:
            print(f"FAIL {store}{', killed' if kill else ''}: {failure}")
        failed += 1 if failures else 0
    print(f"{3 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
