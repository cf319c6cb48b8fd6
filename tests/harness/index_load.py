"""Writes a table t(id, v) while an index on v is built, and compares the index with the table afterwards."""

import itertools
import threading
import time

from harness import pgwire

VALUES = 50
ROWS_IN_INSERT = 5000
WAIT_SECONDS = 120
GONE = (OSError, pgwire.ConnectionClosed)


class Writer(threading.Thread):
    """Updates, deletes, inserts and moves rows until it is stopped or its server is gone. Conflicts are expected."""

    def __init__(self, server, ids, rows):
        super().__init__(daemon=True)
        self.server = server
        self.ids = ids
        self.rows = rows
        self.stopping = threading.Event()
        self.complaint = None
        self.written = 0

    def run(self):
        try:
            with self.server.connect(timeout=WAIT_SECONDS) as session:
                for number in itertools.count():
                    if self.stopping.is_set():
                        return
                    self.write(session, number)
        except GONE:
            pass
        except pgwire.DatabaseError as error:
            if error.sqlstate[:2] not in ("57", "08"):
                self.complaint = str(error)

    def write(self, session, number):
        row = number * 7919 % self.rows + 1
        statement = [f"UPDATE t SET v = (v + 1) % {VALUES} WHERE id = {row}",
                     f"DELETE FROM t WHERE id = {row}",
                     f"INSERT INTO t VALUES ({next(self.ids)}, {number % VALUES})",
                     f"UPDATE t SET id = {next(self.ids)} WHERE id = {row}"][number % 4]
        try:
            session.one(statement)
            self.written += 1
        except pgwire.DatabaseError as error:
            if error.sqlstate != "40001":
                raise

    def stop(self):
        """Ends it; returns its complaint, if any."""
        self.stopping.set()
        self.join(timeout=WAIT_SECONDS)
        return "a writer hangs" if self.is_alive() else self.complaint


def fill(session, rows):
    """Makes the table with ids from 1; `rows` is a multiple of ROWS_IN_INSERT."""
    session.one("CREATE TABLE t (id bigint PRIMARY KEY, v int)")
    for first in range(1, rows, ROWS_IN_INSERT):
        session.one(f"INSERT INTO t SELECT i, i % {VALUES} FROM generate_series({first}, {first + ROWS_IN_INSERT - 1}) AS i")


def status_of(session, job):
    return session.value(f"SELECT status FROM sys.jobs WHERE job_id = '{job}'")


def await_status(session, job, wanted):
    """Returns the first status that is one of those."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (status := status_of(session, job)) not in wanted:
        if time.monotonic() > deadline:
            raise RuntimeError(f"the job is {status} after {WAIT_SECONDS} s")
    return status


def differences(session, values=range(VALUES)):
    """Complaints about those of the values for which the index does not give what the table has."""
    plan = "\n".join(row[0] for row in session.one("EXPLAIN SELECT id FROM t WHERE v = 1").rows)
    if " using t_v" not in plan:
        return [f"the index is not used:\n{plan}"]
    session.one("BEGIN")
    wrong = []
    for value in values:
        by_index = session.one(f"SELECT id FROM t WHERE v = {value} ORDER BY id").rows
        by_scan = session.one(f"SELECT id FROM t WHERE v + 0 = {value} ORDER BY id").rows
        if by_index != by_scan:
            wrong.append(f"v = {value}: {len(by_index)} rows by the index, {len(by_scan)} in the table")
    session.one("COMMIT")
    return wrong
