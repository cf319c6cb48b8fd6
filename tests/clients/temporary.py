#!/usr/bin/python3
"""Temporary tables belong to one session, and end with it, whether it says goodbye or its server dies.

The last line counts checks.
"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import etcd, proxy, servers  # noqa: E402
from harness.checks import Checks  # noqa: E402

GONE_SECONDS = 60
LEFT = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'pg_temp_%'"
MADE = "CREATE TEMP TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text)"


def becomes_empty(session):
    """Waits until no temporary schema is left."""
    deadline = time.monotonic() + GONE_SECONDS
    while session.value(LEFT) != "0":
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def sessions_apart(checks, server):
    with server.connect() as watcher:
        with server.connect() as one, server.connect() as other:
            for session, value in ((one, "one"), (other, "other")):
                session.one(MADE)
                session.one(f"INSERT INTO t (v) VALUES ('{value}')")
            checks.expect("each sees its own", [s.one("SELECT id, v FROM t").rows for s in (one, other)] ==
                          [[["1", "one"]], [["1", "other"]]])
            checks.expect("a third sees none", watcher.query("SELECT * FROM t")[-1].error is not None)
            schema = other.value("SELECT relnamespace::regnamespace FROM pg_class WHERE oid = 't'::regclass")
            refused = watcher.query(f"CREATE TABLE {schema}.mine (id int)")[-1].error
            checks.expect("a third makes nothing there", refused is not None and refused.sqlstate == "42P16", str(refused))
            checks.expect("two schemas", watcher.value(LEFT) == "2")
        checks.expect("they end with their sessions", becomes_empty(watcher))
        checks.expect("and their tables and sequences do",
                      watcher.value("SELECT count(*) FROM pg_class WHERE relpersistence = 't'") == "0")


def survivors(checks, server):
    """Kills the server under a session."""
    with server.connect() as session:
        session.one(MADE)
        server.kill()
    server.start()
    with server.connect() as session:
        checks.expect("a restart drops what was left", becomes_empty(session))
        checks.expect("names are free", session.one(MADE).tag == "CREATE TABLE")


def other_nodes(checks, store):
    arguments = ["--node-lease", "2"]
    with servers.Ordinal(store=store, profile="postgresql", arguments=arguments) as dying, \
            servers.Ordinal(store=store, profile="postgresql", arguments=arguments) as living:
        with dying.connect() as doomed, living.connect() as session, living.connect() as watcher:
            doomed.one(MADE)
            session.one(MADE)
            session.one("INSERT INTO t (v) VALUES ('kept')")
            checks.expect("nodes see both", watcher.value(LEFT) == "2")
            dying.kill()
            deadline = time.monotonic() + GONE_SECONDS
            while watcher.value(LEFT) != "1" and time.monotonic() < deadline:
                time.sleep(0.1)
            checks.expect("a node drops what a dead one left", watcher.value(LEFT) == "1")
            checks.expect("and not what a live session has", session.value("SELECT v FROM t") == "kept")


def main():
    checks = Checks()
    for store in ("memory", "rocksdb"):
        with servers.Ordinal(store=store, profile="postgresql") as server:
            sessions_apart(checks, server)
            if store == "rocksdb":
                survivors(checks, server)
    if etcd.is_available():
        with proxy.Network() as network, etcd.Cluster(network, members=1) as cluster:
            other_nodes(checks, f"etcd://127.0.0.1:{cluster.members[0].client_port}/temporary")
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed > 0


if __name__ == "__main__":
    sys.exit(main())
