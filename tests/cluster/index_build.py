#!/usr/bin/python3
"""Kills the node that builds an index, and checks that another completes it, while clients write.

The other node stands still until the builder is dead, so that it is known which of them builds. In the end the index must
give, for every value, the rows that a scan of the table gives.
"""

import itertools
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import etcd, index_load, nodes, proxy  # noqa: E402

ROWS = 30_000
ATTEMPTS = 5  # a build may end before its node is dead; then there is nothing to see


def build_and_kill(builder, other, name, ids):
    """Kills the builder in the middle. Returns the job's status when the other node first looks, and at its end."""
    other.pause()
    writer = index_load.Writer(builder, ids, ROWS)
    with builder.connect() as session:
        writer.start()
        job = session.value(f"CREATE INDEX ASYNC {name} ON t (v)")
        index_load.await_status(session, job, {"processing", "completed", "failed"})
        builder.kill()
    other.resume()
    complaint = writer.stop()
    successor = index_load.Writer(other, ids, ROWS)
    with other.connect(timeout=index_load.WAIT_SECONDS) as session:
        seen = index_load.status_of(session, job)
        successor.start()
        end = index_load.await_status(session, job, {"completed", "failed"})
    if complaint := complaint or successor.stop():
        raise RuntimeError(f"a writer failed: {complaint}")
    return seen, end


def run(builder, other):
    ids = itertools.count(1_000_000)
    with builder.connect() as session:
        index_load.fill(session, ROWS)
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
        return index_load.differences(session, range(0, index_load.VALUES, 6))  # each row is a round trip


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
