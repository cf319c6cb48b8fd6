"""Runs a script on a server, compares the answers of two, and shortens a script on which they differ."""

import dataclasses

from harness import pgwire

SCHEMA = "differential"


@dataclasses.dataclass(frozen=True)
class Answer:
    """What one statement answered; rows without an order are sorted."""

    rows: tuple
    tag: str | None
    sqlstate: str | None
    suspended: bool
    message: str = dataclasses.field(default="", compare=False)

    def __str__(self):
        if self.sqlstate:
            return f"{self.sqlstate} {self.message}"
        return f"{list(self.rows)} {'(suspended)' if self.suspended else self.tag}"


@dataclasses.dataclass
class Difference:
    where: str
    theirs: str
    ours: str


def answer_of(result, ordered):
    error = result.error
    # How many rows are on their way before the one that fails is a matter of buffers.
    rows = [] if error else [tuple(row) for row in result.rows]
    if not ordered:
        rows.sort(key=repr)
    return Answer(tuple(rows), result.tag, error.sqlstate if error else None, result.suspended,
                  error.message if error else "")


class Runner:
    """Runs scripts in one session of one server, each in a fresh schema. A server that this process started itself is
    `owned`, and started again when it has died."""

    def __init__(self, server, database, owned):
        self.owned = owned
        self.server = server
        self.database = database
        self.session = None

    def run(self, script):
        """Returns a list of (what was asked, list of Answer, transaction status)."""
        if self.owned and not self.server.is_running():
            self.server.start()  # a script has ended it; the next one shall find it
        if self.session is None:
            self.session = self.server.connect(database=self.database)
        try:
            return self.run_steps(script)
        except (OSError, pgwire.ConnectionClosed, pgwire.DatabaseError) as error:
            self.session.abandon()
            self.session = None
            return [("the session", [Answer((), None, "lost", False, f"{type(error).__name__}: {error}")], "")]

    def run_steps(self, script):
        session = self.session
        session.query("ROLLBACK")
        session.query("DISCARD ALL")
        session.query(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        session.one(f"CREATE SCHEMA {SCHEMA}")
        session.one(f"SET search_path = {SCHEMA}")
        log = []
        for step in script.steps:
            results = self.extended(step) if step.extended else session.query(step.sql)
            log.append((str(step), [answer_of(r, step.ordered) for r in results], session.transaction_status))
        for sql in final_questions(script):
            log.append((sql, [answer_of(r, True) for r in session.query(sql)], session.transaction_status))
        return log

    def extended(self, step):
        session = self.session
        if step.sql:
            session.parse(step.sql)
            session.bind(step.parameters, portal=step.portal)
        for rows in step.rows:
            session.execute_portal(step.portal, rows)
        session.sync()
        return session.collect()


def final_questions(script):
    yield "ROLLBACK"
    yield "SELECT lastval()"
    for name in script.sequences:
        yield f"SELECT currval('{name}')"
        yield f"SELECT last_value, is_called FROM {name}"
        yield f"SELECT nextval('{name}')"


def find_difference(script, theirs, ours):
    """Returns the first Difference, or None."""
    for (where, expected, status), (_, got, our_status) in zip(theirs.run(script), ours.run(script)):
        if expected != got:
            return Difference(where, "; ".join(map(str, expected)), "; ".join(map(str, got)))
        if status != our_status:
            return Difference(where, f"transaction status {status}", f"transaction status {our_status}")
    return None


def shrink(script, theirs, ours):
    """Drops steps as long as the servers still differ."""
    at = len(script.steps)
    while at > 0:
        at -= 1
        shorter = dataclasses.replace(script, steps=script.steps[:at] + script.steps[at + 1:])
        if find_difference(shorter, theirs, ours) is not None:
            script = shorter
    return script
