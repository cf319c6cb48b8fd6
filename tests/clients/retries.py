#!/usr/bin/python3
"""Two sessions count up one row at a time, outside of transaction blocks, by simple and by prepared statements.

In the open profile the server runs a statement that met a conflict again, so that clients hardly see one; in aurora_dsql
they see them. Either way every acknowledged increment counts once. The last line counts checks.
"""

import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import pgwire, servers  # noqa: E402

SESSIONS = 2
STATEMENTS = 400
SQL = "UPDATE t SET v = v + 1 WHERE id = 1"


class Counter(threading.Thread):
    def __init__(self, server, prepared):
        super().__init__()
        self.session = server.connect()
        self.prepared = prepared
        self.succeeded = 0
        self.sqlstates = []

    def run(self):
        with self.session as session:
            if self.prepared:
                session.parse(SQL, name="up")
                session.sync()
                session.collect()
            for _ in range(STATEMENTS):
                self.count(self.once(session))

    def once(self, session):
        if not self.prepared:
            return session.query(SQL)[-1]
        # In one segment, as drivers send it: the server may commit before it answers Execute.
        with session.together():
            session.bind(statement="up")
            session.execute_portal()
            session.sync()
        return session.collect()[-1]

    def count(self, result):
        if result.error:
            self.sqlstates.append(result.error.sqlstate)
        else:
            assert result.tag == "UPDATE 1", result.tag
            self.succeeded += 1


def contend(server, prepared):
    """Returns the number of successes and the SQLSTATEs of the failures."""
    with server.connect() as session:
        session.one("UPDATE t SET v = 0")
    counters = [Counter(server, prepared) for _ in range(SESSIONS)]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
    return sum(c.succeeded for c in counters), [state for c in counters for state in c.sqlstates]


def check(profile, store):
    passed = failed = 0
    with servers.Ordinal(store=store, profile=profile) as server:
        with server.connect() as session:
            session.one("CREATE TABLE t (id bigint PRIMARY KEY, v bigint)")
            session.one("INSERT INTO t VALUES (1, 0)")
        for prepared in (False, True):
            succeeded, sqlstates = contend(server, prepared)
            with server.connect() as session:
                value = int(session.value("SELECT v FROM t"))
            what = f"{profile}, {store}, {'prepared' if prepared else 'simple'}"
            checks = {
                f"{what}: {succeeded} increments made {value}": value == succeeded,
                f"{what}: only conflicts fail, not {set(sqlstates)}": set(sqlstates) <= {"40001"},
            }
            if profile == "postgresql":
                few = len(sqlstates) <= SESSIONS * STATEMENTS // 50
                checks[f"{what}: {len(sqlstates)} conflicts reached the clients"] = few
            passed += sum(checks.values())
            for name in (name for name, holds in checks.items() if not holds):
                failed += 1
                print(f"FAIL {name}")
    return passed, failed


def main():
    totals = [check(profile, store) for profile in ("postgresql", "aurora_dsql") for store in ("memory", "rocksdb")]
    passed, failed = (sum(column) for column in zip(*totals))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
