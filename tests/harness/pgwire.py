"""Speaks the PostgreSQL protocol 3.0 as a client, in plain Python.

`Connection.query` sends a simple query, `Connection.execute` an extended one; both answer with a list of Result.
`Connection.send` and `Connection.receive` work on single messages, for tests of pipelining and of broken input.
"""

import contextlib
import socket
import struct
from dataclasses import dataclass, field

PROTOCOL_VERSION = 3 << 16
CANCEL_REQUEST = 80877102

FIELD_NAMES = {
    "S": "severity", "V": "severity_nonlocalized", "C": "sqlstate", "M": "message", "D": "detail", "H": "hint",
    "P": "position", "p": "internal_position", "q": "internal_query", "W": "context", "s": "schema_name",
    "t": "table_name", "c": "column_name", "d": "data_type_name", "n": "constraint_name", "F": "file", "L": "line",
    "R": "routine",
}


class Report:
    """Holds the fields of an ErrorResponse or NoticeResponse; absent ones are None."""

    def __init__(self, body):
        for name in FIELD_NAMES.values():
            setattr(self, name, None)
        for part in body.split(b"\0"):
            if part:
                text = part.decode("utf-8", "replace")
                setattr(self, FIELD_NAMES.get(text[0], "field_" + text[0]), text[1:])

    def __str__(self):
        text = f"{self.severity} {self.sqlstate}: {self.message}"
        if self.detail:
            text += f" DETAIL: {self.detail}"
        if self.hint:
            text += f" HINT: {self.hint}"
        return text


class DatabaseError(Exception):
    """Carries the Report that ended a statement or a connection."""

    def __init__(self, report):
        super().__init__(str(report))
        self.report = report
        self.sqlstate = report.sqlstate


class ConnectionClosed(Exception):
    """Says that the server closed the connection without a last word."""


@dataclass
class Column:
    name: str
    table: int
    attribute: int
    type: int
    length: int
    modifier: int
    format: int


@dataclass
class Result:
    """Holds what one statement answered. Values are text (str), binary (bytes) or None."""

    columns: list = field(default_factory=list)
    described: bool = False  # rows of no columns are described too
    rows: list = field(default_factory=list)
    tag: str | None = None
    error: Report | None = None
    suspended: bool = False
    empty: bool = False


def encode_message(kind, body=b""):
    return kind.encode() + struct.pack("!I", len(body) + 4) + body


def cstring(text):
    return (text if isinstance(text, bytes) else text.encode()) + b"\0"


class Connection:
    """A session. Not safe for use by several threads, but for cancel()."""

    def __init__(self, host="127.0.0.1", port=5432, user="admin", database="postgres", options=None, timeout=60,
                 parameters=None):
        """Connects; a host that begins with "/" is the directory of a Unix-domain socket."""
        self.address = (host, port)
        self.notices = []
        self.parameters = {}
        self.transaction_status = None
        self.backend_id = None
        self.secret = None
        self._buffer = b""
        self._socket = open_socket(host, port, timeout)
        self._together = None
        words = {"user": user, "database": database, "client_encoding": "UTF8", **(parameters or {})}
        if options:
            words["options"] = options
        body = struct.pack("!I", PROTOCOL_VERSION)
        body += b"".join(cstring(name) + cstring(value) for name, value in words.items()) + b"\0"
        self._socket.sendall(struct.pack("!I", len(body) + 4) + body)
        try:
            self._finish_startup()
        except BaseException:
            self._socket.close()
            raise

    def _finish_startup(self):
        while True:
            kind, body = self.receive()
            if kind == "R":
                method = struct.unpack("!I", body[:4])[0]
                if method != 0:
                    raise ConnectionClosed(f"authentication method {method} is not known here")
            elif kind == "K":
                self.backend_id, self.secret = struct.unpack("!ii", body)
            elif kind == "E":
                raise DatabaseError(Report(body))
            elif kind == "Z":
                return

    # Single messages.

    def send(self, kind, body=b""):
        if self._together is None:
            self._socket.sendall(encode_message(kind, body))
        else:
            self._together += encode_message(kind, body)

    @contextlib.contextmanager
    def together(self):
        """Keeps the messages sent inside, and sends them in one piece at the end."""
        self._together = b""
        try:
            yield
            self._socket.sendall(self._together)
        finally:
            self._together = None

    def send_raw(self, data):
        self._socket.sendall(data)

    def receive(self):
        """Returns (type, body) of the next message; notices and parameters are also noted on the way."""
        header = self._read(5)
        kind, length = chr(header[0]), struct.unpack("!I", header[1:])[0]
        body = self._read(length - 4)
        if kind == "N":
            self.notices.append(Report(body))
        elif kind == "S":
            name, value = body.split(b"\0")[:2]
            self.parameters[name.decode()] = value.decode()
        elif kind == "Z":
            self.transaction_status = body.decode()
        return kind, body

    def _read(self, count):
        while len(self._buffer) < count:
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionClosed("the server closed the connection")
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    # Simple protocol.

    def query(self, sql):
        """Sends a simple query and returns a Result for each statement; one with `error` is the last."""
        self.send("Q", cstring(sql))
        return self.collect()

    def one(self, sql):
        """Runs one statement and returns its Result; raises DatabaseError."""
        result = self.query(sql)[-1]
        if result.error:
            raise DatabaseError(result.error)
        return result

    def value(self, sql):
        """Runs one statement and returns the first value of its first row."""
        return self.one(sql).rows[0][0]

    # Extended protocol.

    def parse(self, sql, name="", types=()):
        self.send("P", cstring(name) + cstring(sql) + struct.pack("!H", len(types)) +
                  b"".join(struct.pack("!I", oid) for oid in types))

    def bind(self, parameters=(), statement="", portal="", formats=(), result_formats=()):
        """Parameters are str (text), bytes (binary, unless formats say otherwise) or None."""
        if not formats:
            formats = [1 if isinstance(value, bytes) else 0 for value in parameters]
        body = cstring(portal) + cstring(statement) + struct.pack("!H", len(formats))
        body += b"".join(struct.pack("!h", code) for code in formats) + struct.pack("!H", len(parameters))
        for value in parameters:
            if value is None:
                body += struct.pack("!i", -1)
            else:
                data = value if isinstance(value, bytes) else str(value).encode()
                body += struct.pack("!i", len(data)) + data
        body += struct.pack("!H", len(result_formats)) + b"".join(struct.pack("!h", c) for c in result_formats)
        self.send("B", body)

    def describe(self, kind="P", name=""):
        self.send("D", kind.encode() + cstring(name))

    def execute_portal(self, portal="", rows_max=0):
        self.send("E", cstring(portal) + struct.pack("!i", rows_max))

    def close_object(self, kind, name):
        self.send("C", kind.encode() + cstring(name))

    def sync(self):
        self.send("S")

    def flush(self):
        self.send("H")

    def execute(self, sql, parameters=(), types=(), binary=False, rows_max=0):
        """Runs one statement by Parse, Bind, Describe, Execute, Sync; raises DatabaseError."""
        self.parse(sql, types=types)
        self.bind(parameters, result_formats=[1] if binary else [])
        self.describe()
        self.execute_portal(rows_max=rows_max)
        self.sync()
        result = self.collect()[-1]
        if result.error:
            raise DatabaseError(result.error)
        return result

    def collect(self):
        """Reads up to ReadyForQuery. Statements that answered nothing at all leave one empty Result."""
        results = []
        current = Result()
        while True:
            kind, body = self.receive()
            if kind == "Z":
                if current.columns or not results:
                    results.append(current)
                return results
            if kind == "T":
                current.columns = decode_columns(body)
                current.described = True
            elif kind == "D":
                current.rows.append(decode_row(body, current.columns))
            elif kind == "E":
                current.error = Report(body)
            elif kind == "C":
                current.tag = body[:-1].decode()
            elif kind == "s":
                current.suspended = True
            elif kind == "I":
                current.empty = True
            if kind in "CEsI":
                results.append(current)
                current = Result()
                if kind == "E" and results[-1].error.severity_nonlocalized == "FATAL":
                    raise DatabaseError(results[-1].error)

    # The end, and the other road in.

    def cancel(self):
        """Asks the server, over a second connection, to end the running statement."""
        with open_socket(*self.address, timeout=10) as other:
            other.sendall(struct.pack("!IIii", 16, CANCEL_REQUEST, self.backend_id, self.secret))
            other.recv(1)

    def close(self):
        try:
            self.send("X")
        except OSError:
            pass
        self._socket.close()

    def abandon(self):
        """Vanishes without a word."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def fileno(self):
        return self._socket.fileno()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def open_socket(host, port, timeout):
    if host.startswith("/"):
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.settimeout(timeout)
        opened.connect(f"{host}/.s.PGSQL.{port}")
    else:
        opened = socket.create_connection((host, port), timeout=timeout)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def decode_columns(body):
    columns = []
    at = 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        end = body.index(b"\0", at)
        columns.append(Column(body[at:end].decode(), *struct.unpack("!IhIhih", body[end + 1:end + 19])))
        at = end + 19
    return columns


def decode_row(body, columns):
    values = []
    at = 2
    for i in range(struct.unpack("!H", body[:2])[0]):
        length = struct.unpack("!i", body[at:at + 4])[0]
        at += 4
        if length < 0:
            values.append(None)
            continue
        data = body[at:at + length]
        at += length
        binary = i < len(columns) and columns[i].format == 1
        values.append(data if binary else data.decode())
    return values
