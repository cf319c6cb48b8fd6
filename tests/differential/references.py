"""Makes random tables with foreign keys of all kinds, to each other and to themselves, and random changes of their rows, in and
out of transactions. After each change all rows are read. The same seed makes the same script.

Keys are changed one row at a time, or by so much that they meet no other: rows of one statement have no order.
"""

import random

from generate import Script, Step

ACTIONS = ["", "", "NO ACTION", "RESTRICT", "CASCADE", "CASCADE", "SET NULL", "SET DEFAULT"]
DEFERRALS = ["", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]
KEYS = 8  # so many values are referred to


class References:
    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.steps = []
        self.tables = [f"t{number}" for number in range(self.random.randint(2, 4))]
        self.shift = 0

    def add(self, sql):
        self.steps.append(Step(sql))

    def one(self, choices):
        return self.random.choice(choices)

    def key(self):
        return self.one(["NULL", *range(KEYS)])

    def make(self):
        for name in self.tables:
            default = self.one(["", " DEFAULT 0", " DEFAULT 1"])
            unique = self.one(["UNIQUE (u), UNIQUE (id, u)", "UNIQUE (u, id), UNIQUE (u)"])
            not_null = self.one(["", "", "", " NOT NULL"])
            self.add(f"CREATE TABLE {name} (id int PRIMARY KEY, u int, x int{default}{not_null}, y int{default}, {unique})")
        for name in self.tables:
            if self.random.random() < 0.3:
                self.add(f"CREATE INDEX ON {name} ({self.one(['x', 'y', 'x, y', 'y, x'])})")
        for name in self.tables:
            self.add(f"INSERT INTO {name} (id, u, x, y) SELECT g, g, {self.one(['0', 'g % 3'])}, NULL FROM generate_series(0, {KEYS - 1}) g")
        for _ in range(self.random.randint(1, 5)):
            self.add_key(self.one(self.tables), self.one(self.tables))

    def add_key(self, child, parent):
        columns, referenced = self.one([("x", "id"), ("x", "id"), ("y", "id"), ("y", "u"), ("x, y", "id, u"), ("x, y", "u, id"), ("id", "id")])
        clause = f"FOREIGN KEY ({columns}) REFERENCES {parent} ({referenced})"
        if "," in columns and self.random.random() < 0.4:
            clause += " MATCH FULL"
        for event in ("DELETE", "UPDATE"):
            action = self.one(ACTIONS)
            if action:
                clause += f" ON {event} {action}"
            if event == "DELETE" and action.startswith("SET") and "," in columns and self.random.random() < 0.5:
                clause += " (y)"
        self.add(f"ALTER TABLE {child} ADD {clause}{self.one(DEFERRALS)}")

    def value(self):
        return self.one([str(self.key()), str(self.key()), "DEFAULT"])

    def change(self):
        name = self.one(self.tables)
        low = self.random.randrange(KEYS)
        some = self.one([f"id = {low}", f"id = {low}", f"id IN ({low}, {low + 1})", f"x = {low}", f"id >= {low}", "true"])
        kind = self.random.random()
        if kind < 0.25:
            return f"DELETE FROM {name} WHERE {some}"
        if kind < 0.4:
            self.shift += 100
            return f"UPDATE {name} SET id = id + {self.shift}, u = u + {self.shift} WHERE {some}"
        if kind < 0.5:
            return f"UPDATE {name} SET {self.one(['id', 'u'])} = {self.one([low, 50])} WHERE id = {self.random.randrange(KEYS)}"
        if kind < 0.7:
            return f"UPDATE {name} SET {self.one(['x', 'y'])} = {self.value()} WHERE {some}"
        if kind < 0.75:
            other = self.one(self.tables)
            return (f"WITH gone AS (DELETE FROM {name} WHERE id = {low}) "
                    f"INSERT INTO {other} (id, u, x) VALUES ({low + 30}, NULL, {low}) ON CONFLICT DO NOTHING")
        rows = ", ".join(f"({self.one([low, low + 10 + i])}, {self.one(['NULL', low + 10 + i])}, {self.value()}, {self.value()})"
                         for i in range(self.random.randint(1, 3)))
        conflict = self.one(["", " ON CONFLICT DO NOTHING", " ON CONFLICT (id) DO UPDATE SET x = excluded.x" if "), (" not in rows else ""])
        return f"INSERT INTO {name} (id, u, x, y) VALUES {rows}{conflict}"

    def read(self):
        for name in self.tables:
            self.add(f"SELECT * FROM {name}")

    def transaction(self):
        self.add("BEGIN")
        if self.random.random() < 0.4:
            self.add(f"SET CONSTRAINTS ALL {self.one(['DEFERRED', 'IMMEDIATE'])}")
        for _ in range(self.random.randint(1, 4)):
            self.add(self.change())
            if self.random.random() < 0.3:
                self.read()
        if self.random.random() < 0.2:
            self.add("SET CONSTRAINTS ALL IMMEDIATE")
            self.read()
        self.add(self.one(["COMMIT", "COMMIT", "COMMIT", "ROLLBACK"]))

    def script(self):
        self.make()
        for _ in range(self.random.randint(4, 14)):
            if self.random.random() < 0.3:
                self.transaction()
            else:
                self.add(self.change())
            self.read()
        return Script(self.seed, self.steps, [])


def generate(seed):
    return References(seed).script()
