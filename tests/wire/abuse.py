#!/usr/bin/python3
"""Sends a server what no decent client would, and asks after each piece whether it still answers others.

The server must answer with the error that is expected, or just close, but never crash or hang. The last line counts the
checks; the exit status is 1 when one failed.
"""

import argparse
import contextlib
import pathlib
import random
import signal
import socket
import struct
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import pgwire, servers  # noqa: E402

ANSWER_SECONDS = 20  # the longest that any answer may take
DEPTH = 10_000
GONE = (OSError, pgwire.ConnectionClosed)


class Failure(Exception):
    """Says what the server did wrong."""


def frame(kind, length, body=b""):
    return kind + struct.pack("!I", length & 0xFFFFFFFF) + body


def startup(*words, version=pgwire.PROTOCOL_VERSION, ending=b"\0"):
    body = struct.pack("!I", version) + b"".join(pgwire.cstring(word) for word in words) + ending
    return struct.pack("!I", len(body) + 4) + body


class Abuse:
    """Each method named abuse_* is one check."""

    def __init__(self, server):
        self.server = server

    # What the checks are made of.

    def session(self, **words):
        return self.server.connect(timeout=ANSWER_SECONDS, **words)

    def raw(self):
        return contextlib.closing(socket.create_connection(("127.0.0.1", self.server.port), timeout=ANSWER_SECONDS))

    def until_closed(self, connection):
        """Returns the SQLSTATE of the last error before the server closes the connection, or None."""
        sqlstate = None
        try:
            while True:
                kind, body = connection.receive()
                if kind == "E":
                    sqlstate = pgwire.Report(body).sqlstate
        except TimeoutError as error:
            raise Failure("the server neither answered nor closed") from error
        except GONE:
            return sqlstate

    def expect_end(self, data, sqlstate="08P01"):
        """Sends bytes in a session that is set up; they must end it."""
        with contextlib.closing(self.session()) as connection:
            connection.send_raw(data)
            got = self.until_closed(connection)
        if got != sqlstate:
            raise Failure(f"expected FATAL {sqlstate}, got {got}")

    def expect_startup_end(self, data):
        """Sends bytes instead of a startup packet; whatever the answer, it must end the connection."""
        with self.raw() as raw:
            raw.sendall(data)
            try:
                while raw.recv(65536):
                    pass
            except TimeoutError as error:
                raise Failure("the server neither answered nor closed") from error
            except OSError:
                pass

    def expect_error(self, sql, *sqlstates):
        """Runs SQL that fails with one of the SQLSTATEs, or works when None is among them, and leaves the session."""
        with self.session() as connection:
            try:
                error = connection.query(sql)[-1].error
            except UnicodeDecodeError as raised:
                raise Failure(f"{sql[:60]} is answered with {raised.object[:20]}, not UTF-8") from raised
            got = error and error.sqlstate
            if got not in sqlstates:
                raise Failure(f"{sql[:60]}: expected one of {sqlstates}, got {error}")
            if connection.value("SELECT 2") != "2":
                raise Failure("the session is spoilt")

    # Before a session.

    def abuse_startup_garbage(self):
        self.expect_startup_end(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.expect_startup_end(b"\xff" * 64)

    def abuse_startup_lengths(self):
        for length in (0, 4, 7, 10_001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
            self.expect_startup_end(struct.pack("!II", length, pgwire.PROTOCOL_VERSION))

    def abuse_startup_words(self):
        self.expect_startup_end(startup("user", "admin", ending=b""))
        self.expect_startup_end(startup("user", ending=b"\0"))
        self.expect_startup_end(startup(ending=b""))
        self.expect_startup_end(startup("database", "postgres"))
        self.expect_startup_end(startup("user", "admin", version=2 << 16))
        self.expect_startup_end(startup("user", "x" * 9000, "database", b"\xff\xfe"))

    def abuse_encryption_requests(self):
        with self.raw() as raw:
            for code in (80877103, 80877104):  # SSLRequest, GSSENCRequest
                raw.sendall(struct.pack("!II", 8, code))
                if raw.recv(1) != b"N":
                    raise Failure("encryption was not refused")
        self.expect_startup_end(struct.pack("!II", 8, 80877103) * 50)

    def abuse_cancel_of_nobody(self):
        for length in (8, 12, 16, 20):
            self.expect_startup_end(struct.pack("!IIii", length, pgwire.CANCEL_REQUEST, 1, 1) + bytes(4))

    def abuse_half_open(self):
        idle = [socket.create_connection(("127.0.0.1", self.server.port), timeout=ANSWER_SECONDS) for _ in range(100)]
        for i, raw in enumerate(idle):
            raw.sendall(startup("user", "admin")[:i % 12])
        self.alive()
        for raw in idle:
            raw.close()

    def abuse_opened_and_dropped(self):
        for i in range(200):
            connection = self.session() if i % 2 else None
            raw = None if connection else socket.create_connection(("127.0.0.1", self.server.port))
            if connection:
                connection.abandon()
            else:
                raw.close()

    # Frames.

    def abuse_negative_length(self):
        for length in (-1, -2147483648, 0, 1, 3):
            self.expect_end(frame(b"Q", length, b"SELECT 1\0"))

    def abuse_oversized_length(self):
        for kind in (b"Q", b"P", b"B", b"d"):
            self.expect_end(frame(kind, 0x7FFFFFFF, b"SELECT 1\0"))
        self.expect_end(frame(b"S", 1 << 20, b"x"))

    def abuse_long_query(self):
        with contextlib.closing(self.session()) as connection:
            with contextlib.suppress(OSError):
                connection.send("Q", b"SELECT 1 --" + b"x" * (11 << 20) + b"\0")
            self.until_closed(connection)

    def abuse_unknown_type(self):
        for kind in (b"Z", b"\0", b"\xff", b"!", b"p", b"R"):
            self.expect_end(frame(kind, 4) + frame(b"S", 4))

    def abuse_malformed_bodies(self):
        for kind, body in [
            (b"Q", b""), (b"Q", b"SELECT 1"), (b"P", b"x"), (b"P", b"\0SELECT 1\0\0\5"), (b"B", b"\0\0\0\1"),
            (b"B", b"\0\0\0\0\0\1\x7f\xff\xff\xff"), (b"B", b"\0\0\xff\xff"), (b"B", b"\0\0\0\0\xff\xff"),
            (b"D", b"X\0"), (b"D", b""), (b"E", b"\0\0"), (b"C", b"Q\0"), (b"S", b"x"), (b"H", b"x"), (b"F", b"\0"),
        ]:
            with contextlib.closing(self.session()) as connection:
                connection.send_raw(frame(kind, len(body) + 4, body) + frame(b"S", 4) + frame(b"X", 4))
                if self.until_closed(connection) is None:
                    raise Failure(f"{kind} {body} was taken")

    def abuse_random_bytes(self):
        numbers = random.Random(1)
        for _ in range(60):
            with contextlib.closing(self.session()) as connection:
                kind = bytes([numbers.choice(b"QPBDECSHFXdcf")])
                body = numbers.randbytes(numbers.randrange(60))
                connection.send_raw(frame(kind, len(body) + 4, body) + frame(b"S", 4) + frame(b"X", 4))
                self.until_closed(connection)

    def abuse_cut_message(self):
        for cut in range(1, 14):
            with contextlib.closing(self.session()) as connection:
                connection.send_raw(pgwire.encode_message("Q", b"SELECT 1\0")[:cut])
                connection.abandon() if cut % 2 else connection._socket.close()

    def abuse_pipeline_unread(self):
        """Sends queries without reading an answer, until the server stops reading."""
        with contextlib.closing(self.session()) as connection:
            connection._socket.settimeout(1)
            batch = pgwire.encode_message("Q", b"SELECT repeat('x', 1000)\0") * 1000
            with contextlib.suppress(OSError):
                for _ in range(100):
                    connection.send_raw(batch)
            self.alive()
            connection.abandon()

    # Text.

    def abuse_nul_in_sql(self):
        self.expect_end(pgwire.encode_message("Q", b"SELECT 1\0 + 1\0"))

    def abuse_nul_in_parameter(self):
        with self.session() as connection:
            for sql, value in [("SELECT $1::text", b"a\0b"), ("SELECT $1::text", b"\xc3"), ("SELECT $1::int8", b"1\0")]:
                connection.parse(sql)
                connection.bind([value], formats=[0])
                connection.execute_portal()
                connection.sync()
                error = connection.collect()[-1].error
                if error is None or error.sqlstate not in ("22021", "22P02"):
                    raise Failure(f"{value}: {error}")

    def abuse_invalid_utf8(self):
        for text in (b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x28\xa1"):
            self.expect_error(b"SELECT '" + text + b"'", "22021")
            self.expect_error(b'SELECT 1 AS "' + text + b'"', "22021")

    def abuse_odd_sql(self):
        for sql in ("", ";;;;", "SELECT '", "/*", "/*" * DEPTH, "$$", '"', "\\", "SELECT" + " " * 1_000_000 + "1",
                    "SELECT 1;" * 2000, "SELECT 1 AS " + "x" * 100_000, "SELECT " + "9" * 100_000,
                    "SELECT '" + "x" * 1_000_000 + "'", "SELECT " + ",".join(["1"] * 5000)):
            with self.session() as connection:
                connection.query(sql)
                if connection.value("SELECT 2") != "2":
                    raise Failure("the session is spoilt")

    # Depth: 54001 is the answer of PostgreSQL; what needs no depth may work.

    def abuse_parentheses(self):
        self.expect_error("SELECT " + "(" * DEPTH + "1" + ")" * DEPTH, "54001", None)
        self.expect_error("SELECT " + "(" * DEPTH, "54001", "42601")

    def abuse_chains(self):
        for sql in ("SELECT 1" + "+1" * DEPTH, "SELECT 1" + "+1" * 500_000, "SELECT true" + " AND true" * DEPTH,
                    "SELECT 'x'" + "||'x'" * DEPTH, "SELECT " + "- " * DEPTH + "1", "SELECT " + "NOT " * DEPTH + "true",
                    "SELECT 1" + "::int" * DEPTH, "SELECT " + "CASE WHEN true THEN " * DEPTH + "1" + " END" * DEPTH,
                    "SELECT " + "abs(" * DEPTH + "1" + ")" * DEPTH):
            self.expect_error(sql, "54001", "22003", "54000", None)

    def abuse_deep_queries(self):
        for sql in ("SELECT 1" + " UNION ALL SELECT 1" * DEPTH,
                    "SELECT * FROM (" * DEPTH + "SELECT 1" + ") x" * DEPTH,
                    "SELECT " + "(SELECT " * DEPTH + "1" + ")" * DEPTH,
                    "WITH a AS (" * DEPTH + "SELECT 1" + ") SELECT 1" * DEPTH,
                    "SELECT 1 WHERE 1 IN (" + ",".join(["1+1"] * DEPTH) + ")",
                    "SELECT 1 FROM " + " CROSS JOIN ".join(f"(SELECT 1) t{i}" for i in range(2000)),
                    "EXPLAIN SELECT 1" + "+1" * DEPTH, "PREPARE p AS SELECT " + "(" * DEPTH + "1" + ")" * DEPTH,
                    "CREATE TABLE d (a int CHECK (a > 0" + "+1" * DEPTH + "))",
                    "CREATE TABLE d (a int DEFAULT (0" + "+1" * DEPTH + "))",
                    "CREATE VIEW d AS SELECT 1" + "+1" * DEPTH):
            with self.session() as connection:
                started = time.monotonic()
                connection.query(sql)
                if time.monotonic() - started > ANSWER_SECONDS / 2:
                    raise Failure(f"{sql[:60]}... took {time.monotonic() - started:.1f} s")
                connection.query("ROLLBACK; DROP TABLE IF EXISTS d; DROP VIEW IF EXISTS d")

    def abuse_deep_extended(self):
        for sql in ("SELECT " + "(" * DEPTH + "1" + ")" * DEPTH, "SELECT $1::int" + "+1" * DEPTH):
            with self.session() as connection:
                with contextlib.suppress(pgwire.DatabaseError):
                    connection.execute(sql, ["1"] if "$1" in sql else [])
                connection.value("SELECT 2")

    # Clients that vanish.

    def abuse_vanish_after_insert(self):
        with self.session() as connection:
            connection.one("CREATE TABLE v (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int)")
        for i in range(30):
            connection = self.session()
            connection.send("Q", pgwire.cstring(f"INSERT INTO v (n) VALUES ({i})"))
            connection.abandon()
        self.count_of_v(range(31))

    def abuse_vanish_after_commit(self):
        for _ in range(30):
            connection = self.session()
            connection.one("BEGIN")
            connection.one("INSERT INTO v (n) VALUES (100), (100)")
            connection.send("Q", b"COMMIT\0")
            connection.abandon()
        self.count_of_v(range(0, 61, 2), "WHERE n = 100")

    def abuse_vanish_in_transaction(self):
        for _ in range(30):
            connection = self.session()
            connection.one("BEGIN")
            connection.one("INSERT INTO v (n) VALUES (200)")
            connection.abandon()
        self.count_of_v([0], "WHERE n = 200")

    def abuse_vanish_while_reading(self):
        for _ in range(10):
            connection = self.session()
            connection.send("Q", b"SELECT repeat('x', 1000) FROM generate_series(1, 20000)\0")
            connection._socket.recv(1000)
            connection.abandon()

    def count_of_v(self, allowed, where=""):
        with self.session() as connection:
            count = int(connection.value(f"SELECT count(*) FROM v {where}"))
        if count not in allowed:
            raise Failure(f"{count} rows")

    def abuse_sessions_are_freed(self):
        """After all that, sessions are not used up: 1,000 may be open at once."""
        with contextlib.ExitStack() as stack:
            for _ in range(200):
                stack.enter_context(self.session())

    # After each.

    def alive(self):
        try:
            with self.session() as connection:
                if connection.value("SELECT 1") != "1":
                    raise Failure("SELECT 1 is not 1")
        except (pgwire.DatabaseError, *GONE) as error:
            raise Failure(f"the server does not answer SELECT 1: {error!r}") from error

    def run_one(self, name):
        """Returns None or what went wrong."""
        try:
            getattr(self, name)()
        except Failure as failure:
            problem = str(failure)
        except (pgwire.DatabaseError, *GONE) as error:
            problem = repr(error)
        else:
            problem = None
        try:
            self.alive()
        except Failure as failure:
            problem = f"{problem or 'afterwards'}; {failure}"
        if not self.server.is_running():
            problem = f"{problem}; the server died with {self.server.process.returncode}:\n{self.server.log()[-1500:]}"
            self.server.start()
        return problem


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", help="the ordinal program (default: ORDINAL_BINARY or build/release/ordinal)")
    parser.add_argument("--verbose", action="store_true", help="show how long each check took")
    parser.add_argument("names", nargs="*", help="checks to run, without abuse_")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server goes too
    names = ["abuse_" + name for name in options.names] or [n for n in vars(Abuse) if n.startswith("abuse_")]
    passed = failed = 0
    with servers.Ordinal(binary=options.binary, store="rocksdb", profile="postgresql") as server:
        abuse = Abuse(server)
        for name in names:
            started = time.monotonic()
            problem = abuse.run_one(name)
            passed += problem is None
            failed += problem is not None
            if problem:
                print(f"FAIL {name}: {problem}", flush=True)
            if options.verbose:
                print(f"{name} took {time.monotonic() - started:.2f} s", flush=True)
        status = server.stop_process()
        passed += status == 0
        if status != 0:
            failed += 1
            print(f"FAIL the server ended with status {status}")
        report = server.sanitizer_report()
        passed += report is None
        if report:
            failed += 1
            print(f"FAIL {report[:5000]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
