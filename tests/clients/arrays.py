#!/usr/bin/env python3
"""Sends arrays as parameters and reads them as results, in text and in binary, as drivers do.

The same checks run against Ordinal, under both profiles, and a PostgreSQL 15.
"""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.pgwire import DatabaseError  # noqa: E402
from harness.servers import Ordinal, Postgres  # noqa: E402

INT4, TEXT, INT4_ARRAY, TEXT_ARRAY = 23, 25, 1007, 1009


def array(element, items):
    """Encodes a one-dimensional array of bytes or None."""
    body = struct.pack("!iiI", 1, int(None in items), element) + struct.pack("!ii", len(items), 1)
    for item in items:
        body += struct.pack("!i", -1) if item is None else struct.pack("!i", len(item)) + item
    return body


def integers(*numbers):
    return array(INT4, [None if n is None else struct.pack("!i", n) for n in numbers])


def check_parameters(connection):
    connection.query("CREATE TABLE t (id int PRIMARY KEY, name text)")
    connection.query("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    by_id = "SELECT id FROM t WHERE id = ANY ($1) ORDER BY id"
    expected = [("1",), ("3",)]
    rows = [tuple(row) for row in connection.execute(by_id, ["{1,3,NULL,9}"]).rows]
    assert rows == expected, rows
    rows = [tuple(row) for row in connection.execute(by_id, [integers(1, 3, None, 9)]).rows]
    assert rows == expected, rows
    rows = [tuple(row) for row in connection.execute(by_id, [integers()], types=[INT4_ARRAY]).rows]
    assert rows == [], rows
    rows = [tuple(row) for row in connection.execute(by_id, [None]).rows]
    assert rows == [], rows
    by_name = "SELECT id FROM t WHERE name = ANY ($1::text[]) ORDER BY id"
    rows = [tuple(row) for row in connection.execute(by_name, [array(TEXT, [b"a", b"c"])]).rows]
    assert rows == expected, rows
    rows = [tuple(row) for row in connection.execute("SELECT id FROM t WHERE id <> ALL ($1) ORDER BY id", ["{2}"]).rows]
    assert rows == expected, rows
    inserted = connection.execute("INSERT INTO t SELECT * FROM unnest($1::int[]) RETURNING id", [integers(7, 8)])
    assert [tuple(row) for row in inserted.rows] == [("7",), ("8",)], inserted.rows


def check_described_types(connection):
    connection.parse("SELECT 1 WHERE 5 = ANY ($1) AND 'x' || $2 = ANY ($3)", name="s")
    connection.describe("S", "s")
    connection.sync()
    while True:
        kind, body = connection.receive()
        if kind == "t":
            oids = struct.unpack("!3I", body[2:])
            assert oids == (INT4_ARRAY, TEXT, TEXT_ARRAY), oids
        if kind == "E":
            raise AssertionError(body)
        if kind == "Z":
            return


def check_results(connection):
    result = connection.execute("SELECT ARRAY[1,NULL,3], ARRAY['a','b c'], '{}'::int[]", binary=True)
    row = [bytes(value) if not isinstance(value, str) else value.encode("latin-1") for value in result.rows[0]]
    assert row[0] == integers(1, None, 3), row[0]
    assert row[1] == array(TEXT, [b"a", b"b c"]), row[1]
    assert row[2] == struct.pack("!iiI", 0, 0, INT4), row[2]


def check_errors(connection):
    for parameter, sqlstate in [("{1", "22P02"), ("{x}", "22P02"), (array(TEXT, [b"a"]), "42804"),
                                (integers(1)[:-1], "22P03")]:
        try:
            connection.execute("SELECT 1 = ANY ($1)", [parameter])
        except DatabaseError as error:
            assert error.report.sqlstate == sqlstate, (parameter, error.report)
        else:
            raise AssertionError(f"{parameter!r} was taken")


def main():
    servers = [lambda: Ordinal(profile="aurora_dsql"), lambda: Ordinal(profile="postgresql")]
    if Postgres.is_available():
        servers.append(Postgres)
    passed = failed = 0
    for make in servers:
        with make() as server:
            for check in (check_parameters, check_described_types, check_results, check_errors):
                try:
                    with server.connect() as connection:
                        check(connection)
                    passed += 1
                except (AssertionError, DatabaseError) as error:
                    failed += 1
                    print(f"FAIL {server.name} {check.__name__}: {error}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
