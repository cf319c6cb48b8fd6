"""A client of one node: a thread with one session at a time, which notes what it does and how that ended."""

import contextlib
import random
import threading
import time

from harness import pgwire
from history import COMMITTED, ROLLED_BACK, UNKNOWN

SOCKET_SECONDS = 15.0  # after which a client gives a node up, and knows nothing
PAUSE_SECONDS = 0.2  # between attempts to connect
GONE = (OSError, pgwire.ConnectionClosed)

# What a client may be told while nodes and store are being broken. After MAYBE the transaction may be there.
MAYBE = {"08007", "57P01", "57P02"}
ALLOWED = MAYBE | {"40001", "08000", "08001", "08003", "08006", "53100", "53200", "53300", "57P03"}


class Client(threading.Thread):
    """Repeats `step`, a function of the client, until `stopping` is set."""

    def __init__(self, node, history, step, seed, stopping):
        super().__init__(daemon=True, name=f"{step.__name__} on {node.node}")
        self.node = node
        self.history = history
        self.step = step
        self.random = random.Random(seed)
        self.stopping = stopping
        self.connection = None
        self.session = None
        self.began = None  # when the open transaction did
        self.committing = False  # may what runs now be there if the answer is lost?

    def run(self):
        while not self.stopping.is_set():
            try:
                self.connect()
                self.began = None
                self.step(self)
            except GONE:
                self.disconnect()
                self.stopping.wait(PAUSE_SECONDS)
            except pgwire.DatabaseError as error:
                self.recover(error)
        self.disconnect()

    def connect(self):
        if self.connection is None:
            self.connection = self.node.connect(timeout=SOCKET_SECONDS)
            self.session = self.history.next_session()

    def disconnect(self):
        if self.connection is not None:
            with contextlib.suppress(OSError):
                self.connection.close()
            self.connection = None

    def recover(self, error):
        """Leaves a failed transaction, or the session if the server did."""
        self.history.count_error(error.sqlstate)
        if error.sqlstate not in ALLOWED:
            self.history.complain(f"{self.name}: {error}")
        if error.report.severity_nonlocalized == "FATAL" or self.connection is None:
            self.disconnect()
            self.stopping.wait(PAUSE_SECONDS)
        elif self.connection.transaction_status != "I":
            try:
                self.connection.query("ROLLBACK")
            except (pgwire.DatabaseError, *GONE):
                self.disconnect()

    # What a step does.

    @staticmethod
    def now():
        return time.monotonic()

    @contextlib.contextmanager
    def operation(self, noted, autocommit=False):
        """Adds an operation to the history, and its outcome and end when it is over. Errors go on.

        With `autocommit` it may be there from its beginning on, else only after commit().
        """
        noted.start, noted.node, noted.session = self.now(), self.node.node, self.session
        self.history.add(noted)
        self.committing = autocommit
        try:
            yield noted
            noted.outcome = COMMITTED
        except pgwire.DatabaseError as error:
            noted.error = str(error)
            noted.outcome = UNKNOWN if self.committing and error.sqlstate in MAYBE else ROLLED_BACK
            raise
        except GONE as error:
            noted.error = str(error) or type(error).__name__
            noted.outcome = UNKNOWN if self.committing else ROLLED_BACK
            raise
        finally:
            self.committing = False
            if noted.outcome != UNKNOWN:
                noted.end = self.now()

    def one(self, sql):
        return self.connection.one(sql)

    def rows(self, sql):
        return self.one(sql).rows

    def change(self, sql):
        """Runs a statement that changes one row."""
        tag = self.one(sql).tag
        if tag.split()[-1] != "1":
            self.history.complain(f"{self.name}: {sql} changed something else than one row: {tag}")

    def begin(self):
        self.began = self.now()
        self.one("BEGIN")

    @contextlib.contextmanager
    def transaction(self, read_only=False, before_commit=None):
        """BEGIN, and COMMIT at the end. `before_commit` is called when COMMIT is about to be sent."""
        self.begin()
        yield
        self.committing = not read_only
        if before_commit:
            before_commit()
        tag = self.one("COMMIT").tag
        if tag != "COMMIT":
            self.history.complain(f"{self.name}: COMMIT answered {tag}")

    def draw(self, noted, sql):
        """Runs a statement that answers with values of a sequence, and notes those that came, even before an error."""
        noted.start, noted.node, noted.session, noted.began = self.now(), self.node.node, self.session, self.began
        self.history.add(noted)
        result = self.connection.query(sql)[-1]
        noted.values, noted.end = [int(row[0]) for row in result.rows], self.now()
        noted.outcome = ROLLED_BACK if result.error else COMMITTED
        if result.error:
            raise pgwire.DatabaseError(result.error)
        return noted.values
