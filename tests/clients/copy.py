#!/usr/bin/python3
"""COPY FROM STDIN and TO STDOUT, beside PostgreSQL 15: bytes, tags, rows and errors. The last line counts checks."""

import pathlib
import random
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import pgwire, servers  # noqa: E402

SETUP = [
    "CREATE TABLE t (a int, b text)",
    "CREATE TABLE n (a int PRIMARY KEY, b varchar(3) NOT NULL, c numeric(5, 2) DEFAULT 1.5, CHECK (a < 100))",
    "CREATE TABLE one (v text)",
    "CREATE TABLE ident (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text)",
    "CREATE TABLE kinds (i8 bigint, f float8, d date, ts timestamp, b bytea, u uuid, ok boolean, j text)",
    "CREATE TABLE \"Odd name\" (\"A b\" int, \"c,d\" text)",
    "CREATE SEQUENCE s",
    "CREATE TABLE doubled (a int, twice int GENERATED ALWAYS AS (a * 2) STORED, b text)",
    "CREATE VIEW shown AS SELECT a FROM t",
    "CREATE DOMAIN pos AS int CHECK (VALUE > 0)",
    "CREATE DOMAIN must AS varchar(3) NOT NULL DEFAULT 'x'",
    "CREATE TABLE doms (a pos, b must)",
]
TABLES = ["t", "n", "one", "ident", "kinds", "doubled", '"Odd name"', "doms"]

# COPY FROM: statement and input.
IN = [
    ("COPY t FROM STDIN", b"1\tone\n2\t\\N\n3\t\n"),
    ("COPY t FROM STDIN", b"1\tno line end"),
    ("COPY t FROM STDIN", b""),
    ("COPY t FROM STDIN", b"\\.\n"),
    ("COPY t FROM STDIN", b"1\tx\n\\.\nafter the end"),
    ("COPY t FROM STDIN", b"1\tx\n2\\.\n"),
    ("COPY t FROM STDIN", b"1\tx\n\\.y\n"),
    ("COPY t FROM STDIN", b"1\tx\r\n2\ty\r\n"),
    ("COPY t FROM STDIN", b"1\tx\r\n2\ty\n"),
    ("COPY t FROM STDIN", b"1\tx\n2\ty\r\n"),
    ("COPY t FROM STDIN", b"1\tx\r2\ty\r"),
    ("COPY t FROM STDIN", b"1\tx\r2\ty\n"),
    ("COPY t FROM STDIN", b"1\tx\r\n\\.\n"),
    ("COPY t FROM STDIN", b"1\ta\\tb\\n\\r\\b\\f\\v\\\\c\\x41\\101\\q\\\tz\n"),
    ("COPY t FROM STDIN", b"1\tline\\\nbreak\n"),
    ("COPY t FROM STDIN", b"1\t\\xe4\n"),
    ("COPY t FROM STDIN", b"1\t\xc3\xa4\xe2\x82\xac\n"),
    ("COPY t FROM STDIN", b"1\t\xff\n"),
    ("COPY t FROM STDIN", b"1\n"),
    ("COPY t FROM STDIN", b"1\tx\n\n"),
    ("COPY t FROM STDIN", b"x\n"),
    ("COPY t FROM STDIN", b"1\tx\t3\n"),
    ("COPY t FROM STDIN", b"1\tx\nzwei\ty\n"),
    ("COPY t FROM STDIN", b"\tx\n"),
    ("COPY t FROM STDIN", b"99999999999\tx\n"),
    ("COPY t FROM STDIN", b"x" * 300 + b"\ty\n"),
    ("COPY t (b) FROM STDIN", b"only b\n"),
    ("COPY doms FROM STDIN", b"1\tabc\n\\N\t\n"),
    ("COPY doms FROM STDIN", b"1\tabc\n0\tabc\n"),
    ("COPY doms FROM STDIN", b"1\t\\N\n"),
    ("COPY doms FROM STDIN", b"1\tlonger\n"),
    ("COPY doms FROM STDIN", b"x\tabc\n"),
    ("COPY doms (a) FROM STDIN", b"7\n"),
    ("COPY doms FROM STDIN WITH (FORMAT csv)", b"8,\"\"\n9,\n"),
    ("COPY t (b, a) FROM STDIN", b"x\t1\n"),
    ("COPY t (b, b) FROM STDIN", b""),
    ("COPY t (nothing) FROM STDIN", b""),
    ("COPY nothing FROM STDIN", b""),
    ("COPY public.nothing FROM STDIN", b""),
    ("COPY s FROM STDIN", b""),
    ("COPY t FROM STDIN WITH (DELIMITER '|', NULL '-')", b"1|-\n2|a\\|b\n"),
    ("COPY t FROM STDIN DELIMITER ';' NULL 'null'", b"1;null\n"),
    ("COPY t FROM STDIN (HEADER)", b"a\tb\n1\tx\n"),
    ("COPY t FROM STDIN (HEADER match)", b"a\tb\n1\tx\n"),
    ("COPY t FROM STDIN (HEADER match)", b"a\tc\n1\tx\n"),
    ("COPY t FROM STDIN (HEADER match)", b"a\t\\N\n1\tx\n"),
    ("COPY t FROM STDIN (HEADER match)", b"a\n1\tx\n"),
    ("COPY t FROM STDIN WHERE a > 1", b"1\tx\n2\ty\n\\N\tz\n3\tw\n"),
    ("COPY t FROM STDIN WHERE a", b""),
    ("COPY t FROM STDIN WHERE c > 1", b""),
    ("COPY one FROM STDIN", b"\n\nx\n"),
    ("COPY n FROM STDIN", b"1\tabc\t12.345\n2\tde\t\\N\n"),
    ("COPY n (a, b) FROM STDIN", b"1\tabc\n"),
    ("COPY n FROM STDIN", b"1\tabc\t1\n2\tabcd\t1\n"),
    ("COPY n FROM STDIN", b"1\tabc\t1\n1\tde\t1\n"),
    ("COPY n FROM STDIN", b"1\tabc\t1\n2\t\\N\t1\n"),
    ("COPY n FROM STDIN", b"1\tabc\t1\n100\tx\t1\n"),
    ("COPY n FROM STDIN", b"1\tabc\t123456\n"),
    ("COPY n (b) FROM STDIN", b"x\n"),
    ("COPY doubled FROM STDIN", b"7\tseven\n"),
    ("COPY doubled (a, twice) FROM STDIN", b"1\t2\n"),
    ("COPY doubled FROM STDIN WHERE twice > 2", b"1\tx\n"),
    ("COPY shown FROM STDIN", b"1\n"),
    ("COPY ident FROM STDIN", b"7\tseven\n"),
    ("COPY ident (v) FROM STDIN", b"first\nsecond\n"),
    ("COPY kinds FROM STDIN", b"1\t1.5\t2024-02-29\t2024-01-01 10:00:00\t\\\\x00ff\t"
                              b"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\tt\tx\n"),
    ("COPY kinds (d) FROM STDIN", b"2024-02-30\n"),
    ("COPY \"Odd name\" FROM STDIN CSV HEADER", b"A b,\"c,d\"\n1,x\n"),
    ("COPY \"Odd name\" (\"A b\") FROM STDIN", b"x\n"),
    ("COPY t FROM STDIN CSV", b'1,"a ""quoted"" word"\n2,\n3,""\n4,"two\nlines"\n'),
    ("COPY t FROM STDIN CSV", b'1,"a\r\nb"\r\n2,x\r\n'),
    ("COPY t FROM STDIN CSV", b'1,"open\n2,x\n'),
    ("COPY t FROM STDIN CSV", b"1,x\n\\.\n2,y\n"),
    ("COPY t FROM STDIN CSV", b"1,\\.\n"),
    ("COPY t FROM STDIN CSV", b"1,a\rb\n"),
    ("COPY t FROM STDIN CSV", b"1,x\r\n2,a\nb\r\n"),
    ("COPY t FROM STDIN CSV", b'1,"x"y"z"\n'),
    ("COPY t FROM STDIN CSV", b'1,x\n2,"a\nb"\nthree,z\n'),
    ("COPY t FROM STDIN CSV QUOTE '''' ESCAPE '\\'", b"1,'it\\'s'\n2,'a\\\\b'\n3,'a\\nb'\n"),
    ("COPY t FROM STDIN (FORMAT csv, FORCE_NULL (b))", b'1,""\n'),
    ("COPY t FROM STDIN (FORMAT csv, FORCE_NOT_NULL (b))", b"1,\n"),
    ("COPY t FROM STDIN (FORMAT csv, FORCE_NULL (c))", b""),
    ("COPY t FROM STDIN (FORMAT csv, NULL 'x')", b'1,x\n2,"x"\n'),
    ("COPY t FROM STDIN (FORMAT csv, DELIMITER E'\\t', HEADER true)", b"h\n1\tx\n"),
]

# Options that are refused, or taken.
OPTIONS = [
    "FORMAT xml", "FORMAT", "DELIMITER ''", "DELIMITER 'ab'", "DELIMITER 'a'", "DELIMITER E'\\n'", "NULL E'a\\n'",
    "DELIMITER '|', NULL 'a|b'", "QUOTE '\"'", "ESCAPE 'x'", "FORCE_QUOTE *", "FORCE_NULL (a)", "FORCE_NOT_NULL (a)",
    "FORMAT csv, QUOTE ','", "FORMAT csv, QUOTE 'ab'", "FORMAT csv, ESCAPE ''", "FORMAT csv, NULL '\"'",
    "FORMAT binary, DELIMITER ','", "FORMAT binary, NULL 'x'", "FORMAT binary, HEADER", "HEADER maybe", "HEADER 2",
    "HEADER off", "HEADER 1", "FREEZE maybe", "FORMAT csv, FORMAT csv", "nonsense", "nonsense 1", "DELIMITER",
    "ENCODING 'utf8'", "ENCODING 'nonsense'", "FORMAT csv, FORCE_QUOTE (a)", "FORMAT csv, FORCE_NULL *",
    "FORMAT csv, FORCE_QUOTE a", "HEADER match",
]

# COPY TO.
OUT = [
    "COPY doubled TO STDOUT CSV HEADER", "COPY shown TO STDOUT", "COPY (SELECT * FROM shown) TO STDOUT",
    "COPY t TO STDOUT", "COPY t (b) TO STDOUT", "COPY t TO STDOUT CSV", "COPY t TO STDOUT CSV HEADER",
    "COPY t TO STDOUT (HEADER)", "COPY t TO STDOUT (FORMAT csv, FORCE_QUOTE *)",
    "COPY t TO STDOUT (FORMAT csv, FORCE_QUOTE (b), NULL 'nil')", "COPY t TO STDOUT (DELIMITER '|')",
    "COPY t TO STDOUT (FORMAT csv, QUOTE '''', ESCAPE '\\')", "COPY t TO STDOUT (FORMAT binary)",
    "COPY kinds TO STDOUT (FORMAT binary)", "COPY kinds TO STDOUT", "COPY kinds TO STDOUT CSV",
    "COPY (SELECT a + 1 AS x, b FROM t ORDER BY a) TO STDOUT CSV HEADER",
    "COPY (VALUES (1, 'a'), (2, NULL)) TO STDOUT", "COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)",
    "COPY (SELECT 't'::regclass, 'int'::regtype) TO STDOUT", "COPY (SELECT '\\.') TO STDOUT CSV",
    "COPY (INSERT INTO one VALUES ('x') RETURNING v) TO STDOUT", "COPY (INSERT INTO one VALUES ('x')) TO STDOUT",
    "COPY (DELETE FROM one) TO STDOUT", "COPY (SELECT $1::int) TO STDOUT", "COPY s TO STDOUT", "COPY nothing TO STDOUT",
    "COPY t (c) TO STDOUT", "COPY (SELECT 1/0) TO STDOUT", "COPY (SELECT 1 / (a - 1) FROM t) TO STDOUT",
    "COPY (SELECT nothing) TO STDOUT", "COPY t TO STDOUT WHERE a = 1", "COPY n_pkey TO STDOUT",
    "COPY (SELECT 1, 2 UNION ALL SELECT 3, 4 ORDER BY 1) TO STDOUT DELIMITER ','",
]

ROWS = ("INSERT INTO t VALUES (1, 'plain'), (2, NULL), (3, ''), (4, E'tab\\tline\\nback\\\\slash'), (5, 'a,\"b\"|c'),"
        " (6, E'\\r\\b\\f\\v'), (7, '\\N'), (8, 'nil')")
KINDS = ("INSERT INTO kinds VALUES (-1, 'NaN', '2024-02-29', '2024-01-01 10:00:00.5', '\\x00ff5c',"
         " 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', false, '{}'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)")


def told(report):
    """What a client sees of an error, without what names places in our own text."""
    return (report.sqlstate, report.message, report.detail, report.hint, report.context) if report else None


def read_answer(session):
    """Reads to ReadyForQuery; returns what mattered on the way."""
    data = b""
    answer = {"tag": None, "error": None, "done": False, "formats": None}
    while True:
        kind, body = session.receive()
        if kind == "Z":
            answer["data"] = data
            if answer["error"] and not data:
                answer["formats"] = None  # PostgreSQL looks at some errors after it has asked for the data
            answer["status"] = body
            return answer
        if kind in "GH":
            answer["formats"] = (kind, body)
            if kind == "G":
                return answer
        elif kind == "d":
            data += body
        elif kind == "c":
            answer["done"] = True
        elif kind == "C":
            answer["tag"] = body[:-1].decode()
        elif kind == "E":
            answer["error"] = told(pgwire.Report(body))


def copy_in(session, sql, data, pieces):
    """Runs COPY FROM by a simple query; the input goes out in pieces of the given sizes."""
    session.send("Q", pgwire.cstring(sql))
    answer = read_answer(session)
    if answer["formats"] is None:
        return answer["error"] or answer
    begin = 0
    while begin < len(data):
        size = pieces()
        session.send("d", data[begin:begin + size])
        begin += size
    session.send("c")
    end = read_answer(session)
    return end["error"] or (end, answer["formats"])


def copy_out(session, sql):
    session.send("Q", pgwire.cstring(sql))
    return read_answer(session)


def contents(session):
    return {name: sorted(session.one(f"SELECT * FROM {name}").rows, key=repr) for name in TABLES}


def clear(session):
    for name in TABLES:
        session.one(f"DELETE FROM {name}")


def binary(rows, flags=0, trailer=struct.pack("!h", -1), extension=b""):
    data = b"PGCOPY\n\xff\r\n\0" + struct.pack("!II", flags, len(extension)) + extension
    for row in rows:
        data += struct.pack("!h", len(row))
        for value in row:
            data += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
    return data + trailer


BINARY = [
    binary([[struct.pack("!i", 1), b"x"], [None, None]]),
    binary([[struct.pack("!i", 1), b"x"]], trailer=b""),
    binary([[struct.pack("!i", 1), b"x"]], extension=b"abc"),
    binary([[struct.pack("!i", 1)]]),
    binary([[struct.pack("!h", 1), b"x"]]),
    binary([], flags=1 << 16), binary([], flags=1 << 20), binary([], flags=1),
    binary([[struct.pack("!i", 1), b"x"]])[:-4], binary([[struct.pack("!i", 1), b"x"]])[:-8],
    b"no signature at all", b"", b"PGCOPY\n\xff\r\n\0", b"PGCOPY\n\xff\r\n\0\0\0\0\0", binary([]) + b"more",
    binary([[struct.pack("!i", 1), b"\xff"]]),
]


def extended(session, sql, data):
    """COPY by Parse, Bind, Execute and Sync at once, as libpq sends it."""
    session.parse(sql)
    session.bind()
    session.describe()
    session.execute_portal()
    session.sync()
    answer = read_answer(session)
    if answer["formats"] is None or answer["formats"][0] == "H":
        return answer
    session.send("d", data)
    session.send("c")
    session.sync()
    return read_answer(session)


def failed_by_client(session):
    session.send("Q", pgwire.cstring("COPY t FROM STDIN"))
    read_answer(session)
    session.send("d", b"1\tx\n")
    session.send("f", pgwire.cstring("no more"))
    return read_answer(session)


def in_a_block(session):
    session.one("BEGIN")
    yield copy_in(session, "COPY t FROM STDIN", b"1\tx\n", lambda: 100)
    yield copy_out(session, "COPY t TO STDOUT")
    yield copy_in(session, "COPY t FROM STDIN", b"x\tx\n", lambda: 100)
    yield copy_in(session, "COPY t FROM STDIN", b"", lambda: 100)
    session.query("ROLLBACK")
    yield contents(session)["t"]
    session.one("BEGIN READ ONLY")
    yield copy_in(session, "COPY t FROM STDIN", b"1\tx\n", lambda: 100)
    session.query("ROLLBACK")


def answers(server, seed):
    """Yields (what was done, what came of it), the same for every server."""
    sizes = random.Random(seed)
    with server.connect() as session:
        for statement in SETUP:
            session.one(statement)
        for pieces in (lambda: 1 << 20, lambda: sizes.choice((1, 1, 2, 3, 5))):
            for sql, data in IN:
                yield (sql, data), (copy_in(session, sql, data, pieces), contents(session))
                clear(session)
            for data in BINARY:
                yield ("binary", data), (copy_in(session, "COPY t FROM STDIN BINARY", data, pieces), contents(session)["t"])
                clear(session)
        for options in OPTIONS:
            yield ("from", options), copy_in(session, f"COPY t FROM STDIN ({options})", b"", lambda: 1)
            yield ("to", options), copy_out(session, f"COPY t TO STDOUT ({options})")
        session.one(ROWS)
        session.one(KINDS)
        for sql in OUT:
            yield sql, copy_out(session, sql)
        clear(session)
        for sql, data in (("COPY t FROM STDIN", b"1\tx\n"), ("COPY t FROM STDIN", b"x\tx\n"), ("COPY t TO STDOUT", b""),
                          ("COPY t (c) TO STDOUT", b"")):
            yield ("extended", sql, data), extended(session, sql, data)
        yield "after", session.value("SELECT count(*) FROM t")
        clear(session)
        yield "failed by the client", failed_by_client(session)
        yield "after", session.value("SELECT count(*) FROM t")
        for number, answer in enumerate(in_a_block(session)):
            yield ("block", number), answer


def round_trip(server, rows):
    """Many rows out of one table and into another, in each format."""
    with server.connect() as session:
        session.one("CREATE TABLE source (id bigint PRIMARY KEY, v text)")
        session.one("CREATE TABLE target (id bigint PRIMARY KEY, v text)")
        session.one(f"INSERT INTO source SELECT g, repeat(chr(9 + g % 120), g % 50) FROM generate_series(1, {rows}) AS g")
        for options in ("FORMAT text", "FORMAT csv", "FORMAT binary", "FORMAT csv, HEADER, FORCE_QUOTE *"):
            data = copy_out(session, f"COPY source TO STDOUT ({options})")["data"]
            options = options.replace(", FORCE_QUOTE *", "")
            answer = copy_in(session, f"COPY target FROM STDIN ({options})", data, lambda: 8000)
            same = session.value("SELECT count(*) FROM source JOIN target USING (id) WHERE source.v = target.v")
            yield options, (answer[0]["tag"], same) == (f"COPY {rows}", str(rows))
            session.one("DELETE FROM target")


def limit_of_dsql():
    """COPY counts against the 3,000 rows of a transaction like any INSERT."""
    with servers.Ordinal(profile="aurora_dsql") as server, server.connect() as session:
        session.one("CREATE TABLE t (a int PRIMARY KEY)")
        for rows in (3001, 3000):
            data = b"".join(b"%d\n" % row for row in range(rows))
            yield rows, copy_in(session, "COPY t FROM STDIN", data, lambda: 1000)[0]


def main():
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    if not servers.Postgres.is_available():
        print("PostgreSQL 15 is not installed\n0 passed, 1 failed")
        return 1
    with servers.Postgres() as postgres:
        expected = list(answers(postgres, seed))
    passed = failed = 0
    for store in ("memory", "rocksdb"):
        with servers.Ordinal(store=store, profile="postgresql") as server:
            for (what, want), (_, have) in zip(expected, answers(server, seed), strict=True):
                passed += want == have
                failed += want != have
                if want != have:
                    print(f"FAIL {store}: {what}\n  postgres {want}\n  ordinal  {have}")
            for what, good in round_trip(server, 5000):
                passed += good
                failed += not good
                if not good:
                    print(f"FAIL {store}: round trip with {what}")
    for rows, answer in limit_of_dsql():
        good = answer["tag"] == "COPY 3000" if rows == 3000 else answer == "54000"
        passed += good
        failed += not good
        if not good:
            print(f"FAIL {rows} rows in aurora_dsql: {answer}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
