#!/usr/bin/env python3
"""Counts the round trips to etcd that each kind of statement takes, as EXPLAIN ANALYZE tells them.

The numbers are promises that src/kv/etcd/README.md makes; a change that costs one more must change them there.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import etcd, proxy, servers  # noqa: E402

SETUP = ["CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 65536) PRIMARY KEY, v text)",
         "CREATE TABLE u (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY, v text)",
         "CREATE SEQUENCE one CACHE 1",
         "CREATE SEQUENCE many CACHE 65536",
         # Fills the blocks, and lets the node learn of the counters.
         "INSERT INTO t (v) VALUES ('first')", "INSERT INTO u (v) VALUES ('first')",
         "SELECT nextval('one')", "SELECT nextval('many')"]

# Statement, round trips before the commit, and to commit.
AUTOCOMMIT = [
    ("INSERT INTO t (v) VALUES ('a')", 0, 1),
    ("INSERT INTO t (v) SELECT 'a' FROM generate_series(1, 1000)", 0, 1),
    ("INSERT INTO u (v) VALUES ('a')", 1, 1),
    ("INSERT INTO u (v) SELECT 'a' FROM generate_series(1, 1000)", 1, 1),
    ("INSERT INTO u (v) VALUES " + ", ".join(["('a')"] * 1000), 1, 1),
    ("SELECT * FROM t WHERE id = 1", 2, 0),
    ("UPDATE t SET v = 'b' WHERE id = 1", 2, 1),
    ("DELETE FROM t WHERE id = 2", 2, 1),
    ("SELECT nextval('many')", 0, 0),
    ("SELECT nextval('one')", 1, 0),
    ("SELECT 1", 0, 0),
]
# As the first and the second statement of a transaction block.
IN_BLOCK = [
    ("SELECT * FROM t WHERE id = 1", 2, 0),
    ("SELECT * FROM t WHERE id = 3", 1, 0),
    ("SELECT nextval('many')", 0, 0),
]


def count(session, statement):
    """Returns (round trips before the commit, round trips to commit)."""
    plan = session.query("EXPLAIN ANALYZE " + statement)[-1]
    if plan.error:
        raise RuntimeError(f"{statement[:60]}: {plan.error}")
    text = "\n".join(row[0] for row in plan.rows)
    found = re.search(r"Store Round Trips: (\d+), and (\d+) to commit", text)
    if not found:
        raise RuntimeError(f"no count of round trips in:\n{text}")
    return int(found[1]), int(found[2])


def check(session, cases):
    failures = []
    for statement, before, commit in cases:
        got = count(session, statement)
        if got != (before, commit):
            failures.append(f"{statement[:60]}: {got[0]} and {got[1]} round trips, expected {before} and {commit}")
    return failures


def main():
    failures = []
    with proxy.Network() as network, etcd.Cluster(network, members=1) as cluster:
        store = f"etcd://127.0.0.1:{cluster.members[0].client_port}/trips"
        with servers.Ordinal(store=store, profile="postgresql") as node, node.connect() as session:
            for statement in SETUP:
                session.one(statement)
            failures += check(session, AUTOCOMMIT)
            session.one("BEGIN")
            failures += check(session, IN_BLOCK)
            session.one("COMMIT")
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"{len(AUTOCOMMIT) + len(IN_BLOCK) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
