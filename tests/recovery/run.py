#!/usr/bin/python3
"""Kills a server under load, starts it again, and checks that no value is repeated and no acknowledged row lost.

    tests/recovery/run.py --rounds 100 --seconds 2 --seed 7
    tests/recovery/run.py --unsynced --rounds 100

Each round loads the server and kills it, loads it and stops it with SIGTERM, and stops it once more while idle. A killed
process leaves the page cache behind; with --unsynced, what was not synced goes too, as in a power cut, and some starts
are cut short in the same way. A round that fails is shown with its seed. The last line counts the checks; the exit status is 1 when one failed.
"""

import argparse
import contextlib
import itertools
import pathlib
import random
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import checkers  # noqa: E402
from harness import pgwire, servers  # noqa: E402
from unsynced import power_cut  # noqa: E402

IDENTITY = "t_id_seq"
CACHES = {IDENTITY: 1, "s1": 1, "s50": 50}
AHEAD_MAX = 65536  # what the server may keep durable beyond what it has handed out
SHUTDOWN = {"57P01", "57P02", "57P03", "08006", "08007"}  # the server is going; the outcome is not known
START_SECONDS = 0.1  # what a start takes, more or less
GONE = (OSError, pgwire.ConnectionClosed)


class History:
    """What all workers saw. Appending to a list is atomic, so that they need no lock."""

    def __init__(self):
        self.draws = []
        self.transactions = []
        self.complaints = []
        self.sessions = itertools.count(1)
        self.marks = itertools.count(1)

    def of(self, sequence):
        return [draw for draw in self.draws if draw.sequence == sequence]


class Worker(threading.Thread):
    """One session that draws and inserts until the server goes away or `stopping` is set."""

    def __init__(self, server, history, seed, stopping):
        super().__init__(daemon=True)
        self.server = server
        self.history = history
        self.random = random.Random(seed)
        self.stopping = stopping
        self.number = next(history.sessions)
        self.connection = None

    def run(self):
        actions = [self.draw_one, self.draw_one, self.draw_cached, self.draw_many, self.insert_alone, self.insert_alone,
                   self.insert_in_transaction]
        try:
            self.connection = self.server.connect(timeout=30)
            while not self.stopping.is_set():
                self.random.choice(actions)()
            self.connection.close()
        except GONE:
            pass
        except pgwire.DatabaseError as error:
            if error.sqlstate not in SHUTDOWN:
                self.history.complaints.append(f"session {self.number}: {error}")

    def draw(self, sequence, count, sql):
        draw = checkers.Draw(sequence, self.number, time.monotonic(), count=count)
        self.history.draws.append(draw)
        rows = self.connection.one(sql).rows
        draw.values, draw.end = [int(row[0]) for row in rows], time.monotonic()
        return draw.values

    def draw_one(self):
        self.draw("s1", 1, "SELECT nextval('s1')")

    def draw_cached(self):
        self.draw("s50", 1, "SELECT nextval('s50')")

    def draw_many(self):
        sequence, count = self.random.choice(["s1", "s50"]), self.random.choice([3, 40, 120])
        self.draw(sequence, count, f"SELECT nextval('{sequence}') FROM generate_series(1, {count})")

    def insert(self, rows, count):
        """Inserts and notes the identities in `rows`."""
        marks = [next(self.history.marks) for _ in range(count)]
        rows.update(dict.fromkeys(marks))
        values = ", ".join(f"({mark})" for mark in marks)
        identities = self.draw(IDENTITY, count, f"INSERT INTO t (mark) VALUES {values} RETURNING id")
        rows.update(zip(marks, identities, strict=True))

    def insert_alone(self):
        transaction = checkers.Transaction(checkers.UNKNOWN, {})
        self.history.transactions.append(transaction)
        self.insert(transaction.rows, self.random.choice([1, 1, 1, 5, 30]))
        transaction.outcome = checkers.COMMITTED

    def insert_in_transaction(self):
        # Nothing of it may be there until COMMIT was sent.
        transaction = checkers.Transaction(checkers.ROLLED_BACK, {})
        self.history.transactions.append(transaction)
        self.connection.one("BEGIN")
        for _ in range(self.random.randint(1, 3)):
            self.insert(transaction.rows, self.random.randint(2, 8))
        if self.random.random() < 0.2:
            self.connection.one("ROLLBACK")
            return
        transaction.outcome = checkers.UNKNOWN
        if self.connection.one("COMMIT").tag == "COMMIT":
            transaction.outcome = checkers.COMMITTED


class Run:
    def __init__(self, server, options, disk=None):
        self.server = server
        self.disk = disk
        self.options = options
        self.random = random.Random(options.seed)
        self.history = History()
        self.before = dict.fromkeys(CACHES, 0)  # what the counters said at the last start
        self.since = 0  # how many draws there were then
        self.passed = self.failed = 0

    def check(self, what, complaints):
        if complaints:
            self.failed += 1
            more = len(complaints) - 10
            print(f"FAIL {what} (seed {self.options.seed}):\n" + "".join(f"    {text}\n" for text in complaints[:10]) +
                  (f"    and {more} more\n" if more > 0 else ""), end="", flush=True)
        else:
            self.passed += 1

    def load(self, stop):
        """Runs workers, and `stop` of the server among them."""
        stopping = threading.Event()
        workers = [Worker(self.server, self.history, self.random.random(), stopping)
                   for _ in range(self.options.workers)]
        for worker in workers:
            worker.start()
        time.sleep(self.random.uniform(0.3, 1) * self.options.seconds)
        running = self.server.is_running()
        status = stop()
        stopping.set()
        for worker in workers:
            worker.join(timeout=60)
        complaints = self.history.complaints + ["a session hangs" for worker in workers if worker.is_alive()]
        if not running:
            complaints.append(f"the server died by itself:\n{self.server.log()[-2000:]}")
        self.history.complaints = []
        return status, complaints

    def check_state(self, what, ahead_max):
        """Compares what is there after a start with the history so far."""
        history = self.history
        with self.server.connect() as session:
            table = [(int(mark), int(identity)) for mark, identity in session.one("SELECT mark, id FROM t").rows]
            last_values = {name: int(session.value(f"SELECT last_value FROM {name}")) for name in CACHES}
        self.check(f"{what}: acknowledged rows", checkers.check_acknowledged(history.transactions, table))
        self.check(f"{what}: other rows", checkers.check_nothing_else(history.transactions, table))
        self.check(f"{what}: unique", checkers.check_unique(history.draws + self.unheard(table)))
        recent = history.draws[self.since:]
        for name, cache in CACHES.items():
            # Each session may hold a block of its own, and one more may be under way.
            blocks = 0 if cache == 1 else 2 * cache * self.options.workers
            draws = [draw for draw in recent if draw.sequence == name]
            self.check(f"{what}: last_value of {name}",
                       checkers.check_last_value(draws, last_values[name], ahead_max + blocks, self.before[name]))
            self.check(f"{what}: order of {name}", checkers.check_session_order(history.of(name)))
            if cache == 1:
                self.check(f"{what}: real time of {name}", checkers.check_real_time(history.of(name)))
        self.before, self.since = last_values, len(history.draws)

    def unheard(self, table):
        """Draws for rows that are there although nobody heard of their identities."""
        silent = {mark for t in self.history.transactions for mark, identity in t.rows.items() if identity is None}
        values = [identity for mark, identity in table if mark in silent]
        return [checkers.Draw(IDENTITY, 0, 0, 0, values, len(values))]

    def check_idle_restart(self, what):
        def draw(session):
            probe = Worker(self.server, self.history, 0, None)
            probe.connection = session
            probe.draw_one()
            probe.insert_alone()
            return [draw.values for draw in self.history.draws[-2:]]

        with self.server.connect() as session:
            before = draw(session)
        status = self.server.stop_process()
        self.check(f"{what}: exit status", [f"it was {status}"] if status != 0 else [])
        self.server.start()
        with self.server.connect() as session:
            after = draw(session)
        for name, last, first in zip(["s1", IDENTITY], before, after):
            self.check(f"{what}: {name} across SIGTERM", checkers.check_clean_restart(last[-1], first[0]))

    def cut_power(self):
        """Loses what is not synced; after that, some starts are cut short before the one that lasts."""
        self.disk.cut(self.mode(), self.random)
        while self.random.random() < 0.5:
            self.server.start(wait=False)
            time.sleep(self.random.uniform(0, START_SECONDS))
            self.server.kill()
            self.disk.cut(self.mode(), self.random)

    def mode(self):
        return self.options.mode or self.random.choice(power_cut.MODES)

    def round(self, number):
        for name, stop, ahead in [("kill", self.server.kill, AHEAD_MAX), ("SIGTERM", self.server.stop_process, 0)]:
            what = f"round {number}, {name}"
            status, complaints = self.load(stop)
            if name == "SIGTERM" and status != 0:
                complaints.append(f"exit status {status}")
            self.check(f"{what}: sessions", complaints)
            if self.disk:
                self.cut_power()
            self.server.start()
            self.check_state(what, ahead)
        self.check_idle_restart(f"round {number}, idle")

    def run(self):
        with self.server.connect() as session:
            session.one("CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mark bigint)")
            session.one("CREATE SEQUENCE s1 CACHE 1")
            session.one("CREATE SEQUENCE s50 CACHE 50")
        if self.options.leave_out_syncs:
            self.disk.ignore_syncs_of(".log")
        for number in range(1, self.options.rounds + 1):
            self.round(number)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", help="the ordinal program (default: ORDINAL_BINARY or build/release/ordinal)")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=1.0, help="the longest that a load runs before the stop")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--unsynced", action="store_true", help="lose what was not synced, too")
    parser.add_argument("--mode", choices=power_cut.MODES, help="what of it survives (default: one or the other)")
    parser.add_argument("--leave-out-syncs", action="store_true",
                        help="plant a bug: the log is not synced. The run must fail")
    parser.add_argument("--table-files", action="store_true",
                        help="have all commits come as table files, which else only large ones do")
    options = parser.parse_args()
    if options.leave_out_syncs and not options.unsynced:
        parser.error("--leave-out-syncs needs --unsynced")
    arguments = ["--large-commit-bytes", "1"] if options.table_files else []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server goes too
    print(f"seed {options.seed}", flush=True)
    with contextlib.ExitStack() as stack:
        disk = stack.enter_context(power_cut.Disk()) if options.unsynced else None
        server = stack.enter_context(servers.Ordinal(
            binary=options.binary, store="rocksdb", profile="postgresql", environment=disk and disk.environment,
            arguments=arguments + (["--data", disk.root / "data"] if disk else [])))
        run = Run(server, options, disk)
        try:
            run.run()
        except (RuntimeError, pgwire.DatabaseError, *GONE) as error:
            run.check("the run", [f"{type(error).__name__}: {error}", server.log()[-2000:]])
        run.check("sanitizers", [report[:5000]] if (report := server.sanitizer_report()) else [])
        print(f"{len(run.history.draws)} draws, {len(run.history.transactions)} transactions")
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
