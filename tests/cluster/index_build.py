#!/usr/bin/python3
"""Kills the node that builds an index, and checks that another completes it, while clients write.

The other node stands still until the builder is dead, so that it is known which of them builds. In the end the index must
give, for every value, the rows that a scan of the table gives.
"""

import itertools
import pathlib
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import etcd, nodes, pgwire, proxy  # noqa: E402

ROWS = 30_000
ROWS_IN_INSERT = 5000
VALUES = 50
ATTEMPTS = 5  # a build may end before its node is dead; then there is nothing to see
WAIT_SECONDS = 90
GONE = (OSError, pgwire.ConnectionClosed)


class Writer(threading.Thread):
    """Updates, deletes and inserts until it is stopped or its node is gone. Conflicts with the build are expected."""

    def __init__(self, node, ids):
        super().__init__(daemon=True)
        self.node = node
        self.ids = ids
        self.stopping = threading.Event()
        self.complaint = None
        self.written = 0

    def run(self):
        try:
            with self.node.connect(timeout=WAIT_SECONDS) as session:
                for number in itertools.count():
                    if self.stopping.is_set():
                        return
                    self.write(session, number)
        except GONE:
            pass
        except pgwire.DatabaseError as error:
            if error.sqlstate[:2] != "57" and error.sqlstate[:2] != "08":
                self.complaint = str(error)

    def write(self, session, number):
        row = number * 7919 % ROWS + 1
        statement = [f"UPDATE t SET v = (v + 1) % {VALUES} WHERE id = {row}",
                     f"DELETE FROM t WHERE id = {row}",
                     f"INSERT INTO t VALUES ({next(self.ids)}, {number % VALUES})",
                     f"UPDATE t SET id = {next(self.ids)} WHERE id = {row}"][number % 4]
        try:
            session.one(statement)
            self.written += 1
        except pgwire.DatabaseError as error:
            if error.sqlstate != "40001":
                raise


def status_of(session, job):
    return session.value(f"SELECT status FROM sys.jobs WHERE job_id = '{job}'")


def await_status(session, job, wanted):
    """Returns the first status that is one of those."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (status := status_of(session, job)) not in wanted:
        if time.monotonic() > deadline:
            raise RuntimeError(f"the job is {status} after {WAIT_SECONDS} s")
    return status


def build_and_kill(builder, other, name, ids):
    """Kills the builder in the middle. Returns the job's status when the other node first looks, and at its end."""
    other.pause()
    writer = Writer(builder, ids)
    with builder.connect() as session:
        writer.start()
        job = session.value(f"CREATE INDEX ASYNC {name} ON t (v)")
        await_status(session, job, {"processing", "completed", "failed"})
        builder.kill()
    other.resume()
    writer.join()
    successor = Writer(other, ids)
    with other.connect(timeout=WAIT_SECONDS) as session:
        seen = status_of(session, job)
        successor.start()
        end = await_status(session, job, {"completed", "failed"})
    successor.stopping.set()
    successor.join()
    if complaint := writer.complaint or successor.complaint:
        raise RuntimeError(f"a writer failed: {complaint}")
    return seen, end


def differences(session):
    """The values for which the index does not give what the table has."""
    plan = "\n".join(row[0] for row in session.one("EXPLAIN SELECT id FROM t WHERE v = 1").rows)
    if "Index Scan" not in plan:
        return [f"the index is not used:\n{plan}"]
    session.one("BEGIN")
    wrong = []
    for value in range(VALUES):
        by_index = session.one(f"SELECT id FROM t WHERE v = {value} ORDER BY id").rows
        by_scan = session.one(f"SELECT id FROM t WHERE v + 0 = {value} ORDER BY id").rows
        if by_index != by_scan:
            wrong.append(f"v = {value}: {len(by_index)} rows by the index, {len(by_scan)} in the table")
    session.one("COMMIT")
    return wrong


def run(builder, other):
    ids = itertools.count(1_000_000)
    with builder.connect() as session:
        session.one("CREATE TABLE t (id bigint PRIMARY KEY, v int)")
        for first in range(1, ROWS, ROWS_IN_INSERT):
            session.one(f"INSERT INTO t SELECT i, i % {VALUES} FROM generate_series({first}, {first + ROWS_IN_INSERT - 1}) AS i")
    for attempt in range(ATTEMPTS):
        seen, end = build_and_kill(builder, other, f"t_v{attempt}", ids)
        if end != "completed":
            return [f"the job is {end}"]
        if seen == "processing":
            break
        builder.start()
        with other.connect() as session:
            session.one(f"DROP INDEX t_v{attempt}")
    else:
        return [f"in {ATTEMPTS} attempts the builder always was quicker than its death"]
    with other.connect() as session:
        return differences(session)


def main():
    with proxy.Network() as network, etcd.Cluster(network, members=1) as cluster:
        store = f"etcd://127.0.0.1:{cluster.members[0].client_port}/build"
        words = {"store": store, "profile": "postgresql", "arguments": ["--node-lease", "2"]}
        with nodes.Node("n1", **words) as builder, nodes.Node("n2", **words) as other:
            failures = run(builder, other)
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"{0 if failures else 1} passed, {1 if failures else 0} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
