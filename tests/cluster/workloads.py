"""What clients do while nodes and store are being broken, and how what they saw is judged.

A workload makes its tables (`setup`), gives the steps that clients repeat (`steps` on every node, `single` on one), and
judges at the end (`check`), with a session on each node.
"""

import collections
import itertools

import checkers
import lists
from history import Balances, Draw, Insert, ListTransaction, Lookup, Restart

CACHE = 65536


class Workload:
    def __init__(self, history):
        self.history = history

    def setup(self, session):
        raise NotImplementedError

    def steps(self):
        return []

    def single(self):
        return []

    def check(self, sessions, judge):
        """Calls judge(what, complaints). `sessions` maps the name of each node to a session on it."""
        raise NotImplementedError


class Sequences(Workload):
    """Values of two sequences, one with CACHE 1 and one with blocks."""

    caches = {"s1": 1, "blocks": CACHE}

    def setup(self, session):
        for name, cache in self.caches.items():
            session.one(f"CREATE SEQUENCE {name} CACHE {cache}")

    def steps(self):
        return [self.draw_some]

    def draw_some(self, client):
        name = client.random.choice(list(self.caches))
        count = client.random.choice([1, 1, 1, 3, 40])
        sql = f"SELECT nextval('{name}')" if count == 1 else f"SELECT nextval('{name}') FROM generate_series(1, {count})"
        if client.random.random() < 0.2:
            client.begin()
            client.draw(Draw(start=0, sequence=name, count=count), sql)
            client.one(client.random.choice(["COMMIT", "ROLLBACK"]))
        else:
            client.draw(Draw(start=0, sequence=name, count=count), sql)

    def check(self, sessions, judge):
        for name, cache in self.caches.items():
            draws = self.history.of(Draw, sequence=name)
            judge(f"unique: {name}", checkers.check_unique(draws))
            judge(f"order in a session: {name}", checkers.check_session_order(draws))
            if cache == 1:
                judge(f"order in real time: {name}", checkers.check_real_time(draws))
            else:
                judge(f"blocks: {name}", checkers.check_blocks(draws, cache))


class Inserting(Workload):
    """What workloads share that insert rows (mark, id) with an identity."""

    def insert(self, client, noted, count):
        marks = self.history.next_marks(count)
        noted.rows.update(dict.fromkeys(marks))
        values = ", ".join(f"({mark})" for mark in marks)
        draw = Draw(start=0, sequence=f"{noted.table}.id", count=count)
        identities = client.draw(draw, f"INSERT INTO {noted.table} (mark) VALUES {values} RETURNING id")
        noted.rows.update(zip(marks, identities, strict=True))

    def insert_alone(self, client, table, count):
        with client.operation(Insert(start=0, table=table), autocommit=True) as noted:
            noted.commit_start = noted.start
            self.insert(client, noted, count)
        return noted

    def insert_in_transaction(self, client, table, pause=0.0):
        def note_commit():
            noted.commit_start = client.now()

        with client.operation(Insert(start=0, table=table)) as noted, client.transaction(before_commit=note_commit):
            for _ in range(client.random.randint(1, 3)):
                self.insert(client, noted, client.random.randint(1, 5))
            client.stopping.wait(pause)
        return noted

    def check_rows(self, table, sessions, judge):
        """Judges the rows that each node shows, and the identities of all, heard of or not."""
        inserts = self.history.of(Insert, table=table)
        shown = {}
        for name, session in sessions.items():
            rows = sorted((int(mark), int(identity)) for mark, identity in session.one(f"SELECT mark, id FROM {table}").rows)
            shown[name] = rows
            judge(f"acknowledged rows of {table} on {name}", checkers.check_acknowledged(inserts, rows))
            judge(f"other rows of {table} on {name}", checkers.check_nothing_else(inserts, rows))
        first = next(iter(shown))
        judge(f"the same {table} on all nodes", [f"{name} does not show what {first} does" for name in shown
                                               if shown[name] != shown[first]])
        draws = self.history.of(Draw, sequence=f"{table}.id")
        judge(f"unique: {table}.id", checkers.check_unique(draws + self.unheard(table, inserts, shown[first])))
        return draws

    @staticmethod
    def unheard(table, inserts, rows):
        """Draws for rows that are there although nobody heard of their identities."""
        silent = {mark for insert in inserts for mark, identity in insert.rows.items() if identity is None}
        values = [identity for mark, identity in rows if mark in silent]
        return [Draw(start=0, sequence=f"{table}.id", values=values)]


class Inserts(Inserting):
    """Rows with identities, looked up on other nodes while it runs, and on all in the end."""

    caches = {"dense": 1, "sparse": CACHE}

    def __init__(self, history):
        super().__init__(history)
        self.recent = collections.deque(maxlen=200)  # (table, mark)

    def setup(self, session):
        for table, cache in self.caches.items():
            session.one(f"CREATE TABLE {table} (mark bigint PRIMARY KEY, "
                        f"id bigint GENERATED ALWAYS AS IDENTITY (CACHE {cache}))")

    def steps(self):
        return [self.insert_some, self.look_up]

    def insert_some(self, client):
        table = client.random.choice(list(self.caches))
        if client.random.random() < 0.3:
            noted = self.insert_in_transaction(client, table)
        else:
            noted = self.insert_alone(client, table, client.random.choice([1, 1, 1, 5, 30]))
        self.recent.extend((table, mark) for mark in noted.rows)

    def look_up(self, client):
        if not self.recent:
            client.stopping.wait(0.05)
            return
        table, mark = client.random.choice(list(self.recent)[-20:])
        with client.operation(Lookup(start=0, table=table, mark=mark)) as noted:
            rows = client.rows(f"SELECT id FROM {table} WHERE mark = {mark}")
            noted.value = int(rows[0][0]) if rows else None

    def check(self, sessions, judge):
        for table, cache in self.caches.items():
            draws = self.check_rows(table, sessions, judge)
            if cache == 1:
                judge(f"order in real time: {table}.id", checkers.check_real_time(draws))
            else:
                judge(f"blocks: {table}.id", checkers.check_blocks(draws, cache))
            judge(f"lookups in {table}", checkers.check_lookups(self.history.of(Insert, table=table),
                                                                self.history.of(Lookup, table=table)))


class Restarts(Inserting):
    """Sequences and an identity that one client restarts, again and again, each time in a range of its own."""

    width = 1_000_000_000
    sequences = {"restarted1": 1, "restarted": CACHE}
    table = "restarting"

    def __init__(self, history):
        super().__init__(history)
        self.lows = itertools.count(self.width, self.width)

    def setup(self, session):
        for name, cache in self.sequences.items():
            session.one(f"CREATE SEQUENCE {name} CACHE {cache}")
        session.one(f"CREATE TABLE {self.table} (mark bigint PRIMARY KEY, "
                    f"id bigint GENERATED ALWAYS AS IDENTITY (CACHE {CACHE}))")

    def steps(self):
        return [self.draw_or_insert]

    def single(self):
        return [self.restart]

    def draw_or_insert(self, client):
        choice = client.random.random()
        if choice < 0.6:
            name = client.random.choice(list(self.sequences))
            client.draw(Draw(start=0, sequence=name), f"SELECT nextval('{name}')")
        elif choice < 0.9:
            self.insert_alone(client, self.table, client.random.choice([1, 3]))
        else:
            self.insert_in_transaction(client, self.table, pause=client.random.uniform(0, 0.5))

    def restart(self, client):
        name = client.random.choice([*self.sequences, f"{self.table}.id"])
        low = next(self.lows)
        with client.operation(Restart(start=0, sequence=name, low=low), autocommit=True):
            if name in self.sequences:
                client.one(f"ALTER SEQUENCE {name} RESTART WITH {low}")
            else:
                client.one(f"ALTER TABLE {self.table} ALTER COLUMN id RESTART WITH {low}")
        client.stopping.wait(client.random.uniform(0, 0.5))

    def check(self, sessions, judge):
        identities = self.check_rows(self.table, sessions, judge)
        draws = {f"{self.table}.id": identities, **{name: self.history.of(Draw, sequence=name) for name in self.sequences}}
        for name, some in draws.items():
            restarts = self.history.of(Restart, sequence=name)
            judge(f"restarts: {name}", checkers.check_restart_barrier(some, restarts))
            judge(f"blocks: {name}", checkers.check_blocks(some, self.sequences.get(name, CACHE)))
            if name in self.sequences:
                judge(f"unique: {name}", checkers.check_unique(some))
        judge("order in real time: restarted1", checkers.check_real_time(draws["restarted1"]))
        judge(f"restarts: commits into {self.table}",
              checkers.check_restart_commits(self.history.of(Insert, table=self.table),
                                             self.history.of(Restart, sequence=f"{self.table}.id")))


class Bank(Workload):
    """Transfers between accounts, each with a row in a ledger."""

    accounts = 8
    money = 100

    def setup(self, session):
        session.one("CREATE TABLE accounts (id bigint PRIMARY KEY, balance bigint NOT NULL)")
        session.one("CREATE TABLE ledger (mark bigint PRIMARY KEY, source bigint, target bigint, amount bigint)")
        session.one("INSERT INTO accounts VALUES " + ", ".join(f"({n}, {self.money})" for n in range(self.accounts)))

    def steps(self):
        return [self.transfer_or_read]

    def transfer_or_read(self, client):
        if client.random.random() < 0.7:
            self.transfer(client)
        else:
            self.read(client)

    def transfer(self, client):
        source, target = client.random.sample(range(self.accounts), 2)
        amount = client.random.randint(1, 20)
        mark, = self.history.next_marks(1)
        with client.operation(Insert(start=0, table="ledger", rows={mark: amount})), client.transaction():
            for account, sign in [(source, "-"), (target, "+")]:
                client.change(f"UPDATE accounts SET balance = balance {sign} {amount} WHERE id = {account}")
            client.change(f"INSERT INTO ledger VALUES ({mark}, {source}, {target}, {amount})")

    def read(self, client):
        with client.operation(Balances(start=0)) as noted:
            if client.random.random() < 0.5:
                rows = client.rows("SELECT id, balance FROM accounts")
            else:
                with client.transaction(read_only=True):
                    rows = [row for n in range(self.accounts)
                            for row in client.rows(f"SELECT id, balance FROM accounts WHERE id = {n}")]
            noted.balances = {int(account): int(balance) for account, balance in rows}

    def check(self, sessions, judge):
        total = self.accounts * self.money
        judge("bank: sums", checkers.check_sums(self.history.of(Balances), self.accounts, total))
        transfers = self.history.of(Insert, table="ledger")
        for name, session in sessions.items():
            rows = [[int(word) for word in row]
                    for row in session.one("SELECT mark, source, target, amount FROM ledger").rows]
            balances = {int(account): int(balance)
                        for account, balance in session.one("SELECT id, balance FROM accounts").rows}
            marks = [(mark, amount) for mark, _, _, amount in rows]
            judge(f"acknowledged transfers on {name}", checkers.check_acknowledged(transfers, marks))
            judge(f"other transfers on {name}", checkers.check_nothing_else(transfers, marks))
            judge(f"bank: ledger on {name}", checkers.check_ledger(dict.fromkeys(range(self.accounts), self.money), balances,
                                                                   [row[1:] for row in rows]))


class Lists(Workload):
    """Transactions that append to lists and read them. Lists that have grown long are left for new ones."""

    keys = 4000
    window = 4  # lists that are in use at the same time
    values = 300  # that go into them before the next ones begin

    def setup(self, session):
        session.one("CREATE TABLE lists (k bigint PRIMARY KEY, v text NOT NULL)")
        for begin in range(0, self.keys, 1000):
            session.one("INSERT INTO lists VALUES " + ", ".join(f"({key}, '')" for key in range(begin, begin + 1000)))

    def __init__(self, history):
        super().__init__(history)
        self.appended = itertools.count()

    def steps(self):
        return [self.append_and_read]

    def append_and_read(self, client):
        value = next(self.appended)
        first = value // self.values * self.window % self.keys
        with client.operation(ListTransaction(start=0)) as noted:
            steps = client.random.randint(1, 4)
            with client.transaction():
                for number in range(steps):
                    key = first + client.random.randrange(self.window)
                    if client.random.random() < 0.5:
                        noted.steps.append(("read", key, self.read(client.rows(f"SELECT v FROM lists WHERE k = {key}"))))
                    else:
                        # Noted first, because it may be there whatever the client hears.
                        noted.steps.append(("append", key, value * 10 + number))
                        client.change(f"UPDATE lists SET v = v || '{value * 10 + number},' WHERE k = {key}")

    @staticmethod
    def read(rows):
        return [int(word) for word in rows[0][0].split(",")[:-1]]

    def check(self, sessions, judge):
        shown = {name: {int(key): self.read([[text]]) for key, text in
                        session.one("SELECT k, v FROM lists WHERE v <> ''").rows} for name, session in sessions.items()}
        first = next(iter(shown))
        judge("the same lists on all nodes", [f"{name} does not show what {first} does" for name in shown
                                              if shown[name] != shown[first]])
        judge("lists", lists.check_lists(self.history.of(ListTransaction), shown[first]))


class Probe(Inserting):
    """Asks whether a node works: a value, and a row."""

    table = "probed"

    def setup(self, session):
        session.one(f"CREATE TABLE {self.table} (mark bigint PRIMARY KEY, "
                    f"id bigint GENERATED ALWAYS AS IDENTITY (CACHE {CACHE}))")
        session.one("CREATE SEQUENCE probes CACHE 1")

    def probe(self, client):
        """Raises what went wrong."""
        client.draw(Draw(start=0, sequence="probes"), "SELECT nextval('probes')")
        self.insert_alone(client, self.table, 1)

    def check(self, sessions, judge):
        self.check_rows(self.table, sessions, judge)
        draws = self.history.of(Draw, sequence="probes")
        judge("unique: probes", checkers.check_unique(draws))
        judge("order in real time: probes", checkers.check_real_time(draws))


LOADS = [Sequences, Inserts, Restarts, Bank, Lists]
