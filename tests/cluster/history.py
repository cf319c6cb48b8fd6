"""What clients of several nodes did and saw. The checkers judge it.

Times are those of one monotonic clock. Each operation has one of three outcomes: it is there (COMMITTED), it never was and
never will be (ROLLED_BACK), or nobody knows (UNKNOWN: the client lost the connection, or was told 08007). An operation
whose client heard nothing has no end.
"""

import collections
import dataclasses
import itertools
import json
import threading
from dataclasses import dataclass, field

from recovery.checkers import COMMITTED, ROLLED_BACK, UNKNOWN

__all__ = ["COMMITTED", "ROLLED_BACK", "UNKNOWN", "Draw", "Restart", "Insert", "Lookup", "Balances", "ListTransaction",
           "History"]


@dataclass(kw_only=True)
class Operation:
    start: float
    end: float | None = None
    node: str = ""
    session: int = 0
    outcome: str = UNKNOWN
    error: str = ""  # what the client was told


@dataclass(kw_only=True)
class Draw(Operation):
    """One statement that took values of a sequence. `values` are those that the client saw, whatever became of them.

    `outcome` is that of the statement: values of one that failed may have been seen (RETURNING before a COMMIT). `began` is
    when its transaction did, None for a statement that is one by itself.
    """

    sequence: str
    began: float | None = None
    values: list = field(default_factory=list)
    count: int = 1


@dataclass(kw_only=True)
class Restart(Operation):
    """A restart of a sequence with `low`. Those of one sequence follow each other, and `low` grows."""

    sequence: str
    low: int


@dataclass(kw_only=True)
class Insert(Operation):
    """A transaction that inserts. `rows` maps the mark of a row to its value (an identity), None where no answer came.

    `commit_start` is when the client sent what ends the transaction.
    """

    table: str = ""
    rows: dict = field(default_factory=dict)
    commit_start: float | None = None


@dataclass(kw_only=True)
class Lookup(Operation):
    """A read of one row by its mark: `value` is what was there, None if nothing was."""

    table: str = ""
    mark: int
    value: int | None = None


@dataclass(kw_only=True)
class Balances(Operation):
    """All accounts, as one snapshot showed them."""

    balances: dict = field(default_factory=dict)


@dataclass(kw_only=True)
class ListTransaction(Operation):
    """A transaction over lists. `steps` are ("append", key, value) and ("read", key, [values]), in their order.

    Every value is appended once in a history.
    """

    steps: list = field(default_factory=list)


class History:
    """Takes operations from many threads."""

    def __init__(self):
        self.operations = []
        self.complaints = []
        self.errors = collections.Counter()  # by SQLSTATE
        self._mutex = threading.Lock()
        self._sessions = itertools.count(1)
        self._marks = itertools.count(1)

    def add(self, operation):
        """Notes an operation that begins. Its client fills in the rest later."""
        with self._mutex:
            self.operations.append(operation)
        return operation

    def complain(self, text):
        """Notes what no checker needs to find out, such as an SQLSTATE that is never right."""
        with self._mutex:
            self.complaints.append(text)

    def count_error(self, sqlstate):
        with self._mutex:
            self.errors[sqlstate] += 1

    def next_session(self):
        with self._mutex:
            return next(self._sessions)

    def next_marks(self, count):
        """Returns `count` numbers that no other call returned."""
        with self._mutex:
            return list(itertools.islice(self._marks, count))

    def of(self, kind, **words):
        """Returns the operations of one class whose fields are as given, in the order in which they began."""
        return [operation for operation in self.operations
                if isinstance(operation, kind) and all(getattr(operation, name) == value for name, value in words.items())]

    def write(self, path):
        """Writes one line of JSON for each operation."""
        with open(path, "w", encoding="utf-8") as file:
            for operation in self.operations:
                words = {"kind": type(operation).__name__, **dataclasses.asdict(operation)}
                file.write(json.dumps(words) + "\n")
