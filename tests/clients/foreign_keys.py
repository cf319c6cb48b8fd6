#!/usr/bin/python3
"""Many sessions insert children while others delete parents and change their keys; no child may be left without a parent.

The same load over tables without foreign keys, where each session looks before it writes, must leave such children
behind: that shows that the load meets itself, and that what is counted at the end would be noticed. On all three stores; over
etcd on two nodes. The last line counts checks.
"""

import contextlib
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import etcd, pgwire, proxy, servers  # noqa: E402

SESSIONS = 8
SECONDS = 4
WAIT_SECONDS = 60  # for the first orphan without foreign keys
PARENTS = 12
EXPECTED = {"23503", "23505", "40001"}
CHILDREN = {
    "plain": "REFERENCES parents",
    "cascaded": "REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE",
    "emptied": "REFERENCES parents ON DELETE SET NULL ON UPDATE SET NULL",
    "late": "REFERENCES parents DEFERRABLE INITIALLY DEFERRED",
    "by_code": "REFERENCES parents (code) ON DELETE CASCADE",
}


def make_tables(session, with_keys):
    session.one("CREATE TABLE parents (id bigint PRIMARY KEY, code bigint UNIQUE)")
    for name, clause in CHILDREN.items():
        session.one(f"CREATE TABLE {name} (id bigint PRIMARY KEY, ref bigint {clause if with_keys else ''})")
    session.one("CREATE INDEX ON cascaded (ref)")


def orphans(session):
    column = {name: "code" if name == "by_code" else "id" for name in CHILDREN}
    return {name: int(session.value(
        f"SELECT count(*) FROM {name} c WHERE ref IS NOT NULL AND"
        f" NOT EXISTS (SELECT 1 FROM parents p WHERE p.{column[name]} = c.ref)")) for name in CHILDREN}


class Client(threading.Thread):
    """Repeats random steps. With `looks`, it asks for what a foreign key would check."""

    def __init__(self, server, number, looks, ends):
        super().__init__()
        self.session = server.connect()
        self.random = random.Random(number)
        self.number = number
        self.looks = looks
        # Who looks, looks for ids only.
        self.names = [name for name in CHILDREN if not looks or name != "by_code"]
        self.ends = ends
        self.next = 0
        self.done = {}
        self.unexpected = []

    def run(self):
        with self.session:
            while not self.ends():
                step = self.random.choice([self.add_parent, self.add_child, self.add_child, self.move_child,
                                           self.drop_parent, self.move_parent])
                try:
                    self.session.one("BEGIN")
                    step()
                    if self.random.random() < 0.3:
                        self.add_child()
                    self.session.one("COMMIT")
                    self.done[step.__name__] = self.done.get(step.__name__, 0) + 1
                except pgwire.DatabaseError as error:
                    self.done[error.report.sqlstate] = self.done.get(error.report.sqlstate, 0) + 1
                    if error.report.sqlstate not in EXPECTED:
                        self.unexpected.append(str(error.report))
                        return
                    self.session.one("ROLLBACK")

    def parent(self):
        return self.random.randrange(PARENTS)

    def child(self):
        return self.random.choice(self.names)

    def is_there(self, parent):
        return not self.looks or int(self.session.value(f"SELECT count(*) FROM parents WHERE id = {parent}")) == 1

    def is_free(self, parent):
        return not self.looks or all(
            int(self.session.value(f"SELECT count(*) FROM {name} WHERE ref = {parent}")) == 0 for name in self.names)

    def add_parent(self):
        parent = self.parent()
        self.session.one(f"INSERT INTO parents VALUES ({parent}, {parent}) ON CONFLICT DO NOTHING")

    def add_child(self):
        parent = self.parent()
        if not self.is_there(parent):
            return
        self.next += 1
        row = self.number * 1_000_000 + self.next
        self.session.one(f"INSERT INTO {self.child()} VALUES ({row}, {parent})")

    def move_child(self):
        parent, name = self.parent(), self.child()
        if self.is_there(parent):
            self.session.one(f"UPDATE {name} SET ref = {parent} WHERE id = (SELECT min(id) FROM {name})")

    def drop_parent(self):
        parent = self.parent()
        for name in self.names if self.looks else ("plain", "late"):
            self.session.one(f"DELETE FROM {name} WHERE ref = {parent}")
        self.session.one(f"DELETE FROM parents WHERE id = {parent}")

    def move_parent(self):
        parent, other = self.parent(), self.parent()
        if self.is_free(parent):
            self.session.one(f"UPDATE parents SET id = {other} WHERE id = {parent}")


def load(nodes, looks, ends):
    clients = [Client(nodes[number % len(nodes)], number, looks, ends) for number in range(1, SESSIONS + 1)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    done = {}
    for client in clients:
        for what, count in client.done.items():
            done[what] = done.get(what, 0) + count
    return done, [text for client in clients for text in client.unexpected]


def with_keys(nodes):
    """Returns what must hold, each with whether it does."""
    with nodes[0].connect() as session:
        make_tables(session, True)
        until = time.monotonic() + SECONDS
        done, unexpected = load(nodes, False, lambda: time.monotonic() > until)
        left = orphans(session)
        steps = ("add_parent", "add_child", "move_child", "drop_parent", "move_parent")
        return {
            f"no child without a parent after {done}: {left}": not any(left.values()),
            f"every step succeeded at least once: {done}": all(done.get(step, 0) > 0 for step in steps),
            f"only expected errors: {unexpected[:3]}": not unexpected,
        }


def without_keys(nodes):
    with nodes[0].connect() as session:
        make_tables(session, False)
        until = time.monotonic() + WAIT_SECONDS
        left = {}
        while not any(left.values()) and time.monotonic() < until:
            soon = time.monotonic() + 1
            load(nodes, True, lambda: time.monotonic() > soon)
            left = orphans(session)
        return {f"without foreign keys some children lose their parents: {left}": any(left.values())}


def check(store, count=1):
    passed = failed = 0
    for run in (with_keys, without_keys):
        with contextlib.ExitStack() as stack:
            where = store()
            nodes = [stack.enter_context(servers.Ordinal(store=where, profile="postgresql")) for _ in range(count)]
            for what, holds in run(nodes).items():
                passed += holds
                failed += not holds
                if not holds:
                    print(f"FAIL {run.__name__}, {where}: {what}", flush=True)
    return passed, failed


def main():
    total = [check(lambda: "memory"), check(lambda: "rocksdb")]
    if etcd.is_available():
        with proxy.Network() as network, etcd.Cluster(network, members=1) as cluster:
            names = iter(range(1, 100))
            total.append(check(lambda: f"etcd://127.0.0.1:{cluster.members[0].client_port}/keys{next(names)}", 2))
    passed, failed = (sum(column) for column in zip(*total))
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
