#!/usr/bin/python3
"""Portals as clients see them: one that draws from a sequence is read a few rows at a time, one has no columns.

The answers are PostgreSQL's. The last line counts checks.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import pgwire, servers  # noqa: E402

DRAWS = "SELECT nextval('s'), g FROM generate_series(1, 5) AS g"


def fetches(session, sql, limits):
    """Executes one portal with each limit in turn; returns rows and tag of each, None for a suspended portal."""
    session.parse(sql)
    session.bind()
    for limit in limits:
        session.execute_portal(rows_max=limit)
    session.sync()
    return [(result.rows, None if result.suspended else result.tag) for result in session.collect()]


def walk_without_columns(session):
    """Returns which statements describe rows, while a cursor without columns is walked both ways."""
    results = session.query("BEGIN; DECLARE c SCROLL CURSOR FOR SELECT FROM generate_series(1, 3);"
                            "FETCH 2 FROM c; FETCH ALL FROM c; MOVE BACKWARD 1 IN c")
    results += [session.execute(sql) for sql in ("FETCH PRIOR FROM c", "MOVE FIRST FROM c")]
    session.one("COMMIT")
    return [(result.tag, result.described, result.rows) for result in results]


def answers(server):
    with server.connect() as session:
        session.one("CREATE SEQUENCE s CACHE 1")
        session.one("CREATE TABLE t (id serial PRIMARY KEY, v int)")
        yield fetches(session, DRAWS, [2, 2, 2, 2])
        yield session.value("SELECT nextval('s')")
        yield fetches(session, DRAWS, [2])
        yield session.value("SELECT nextval('s')")
        yield fetches(session, "INSERT INTO t (v) SELECT generate_series(1, 5) RETURNING id", [2, 0, 0])
        yield session.value("SELECT currval('t_id_seq')")
        yield session.value("SELECT count(*) FROM t")
        yield walk_without_columns(session)


def main():
    if not servers.Postgres.is_available():
        print("PostgreSQL 15 is not installed\n0 passed, 1 failed")
        return 1
    with servers.Postgres() as postgres:
        expected = list(answers(postgres))
    passed = failed = 0
    for store in ("memory", "rocksdb"):
        with servers.Ordinal(store=store, profile="postgresql") as server:
            try:
                got = list(answers(server))
            except (OSError, pgwire.ConnectionClosed, pgwire.DatabaseError) as error:
                print(f"FAIL {store}: {error}\n{server.log()[-1000:]}")
                failed += len(expected)
                continue
        for want, have in zip(expected, got):
            passed += want == have
            failed += want != have
            if want != have:
                print(f"FAIL {store}: postgres answers {want}, ordinal {have}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
