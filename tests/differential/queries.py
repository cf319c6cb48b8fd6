"""Makes scripts of tables, indexes, changes and queries, from a seed. What both servers must answer alike."""

import random
from dataclasses import dataclass, field

from deep_queries import DeepQueries
from generate import Script, Step

WORDS = ["''", "'a'", "'ab'", "'B'", "'zz'", "'a b'", "'abc'", "'ABC'", "'%'"]
VALUES = {
    "smallint": ["-3", "0", "1", "2", "7", "32767"],
    "integer": ["-100", "0", "1", "2", "3", "5", "2147483647"],
    "bigint": ["-9223372036854775807", "-1", "0", "1", "4", "5000000000"],
    "numeric": ["-1.50", "0", "1", "2.25", "123456789012345678901234567890.5"],
    "numeric(8,2)": ["-1.5", "0", "1.25", "2.255", "9999.99"],
    "text": WORDS,
    "varchar(4)": WORDS,
    "char(3)": WORDS,
    "boolean": ["true", "false"],
    "date": ["'2024-01-31'", "'2024-02-29'", "'1999-12-31'", "'0044-03-15 BC'", "'infinity'"],
    "timestamp": ["'2024-01-31 12:34:56.789'", "'2024-02-29'", "'1969-12-31 23:59:59'", "'-infinity'"],
    "timestamptz": ["'2024-01-31 12:34:56+02'", "'2024-02-29 00:00:00Z'", "'1999-01-01'"],
    "uuid": ["'00000000-0000-0000-0000-000000000000'", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
             "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
    "double precision": ["-1.5", "0", "1e10", "0.1", "'NaN'", "'-Infinity'"],
    "real": ["-1.5", "0", "2.5", "'NaN'"],
    "bytea": ["''", "'\\x00'", "'\\xdeadbeef'", "'abc'"],

    "time": ["'00:00'", "'12:34:56.5'", "'24:00:00'"],
}
NUMBERS = ["smallint", "integer", "bigint", "numeric", "numeric(8,2)"]
TEXTS = ["text", "varchar(4)"]
TYPES = ["integer", "bigint", "text"] * 2 + list(VALUES)


@dataclass
class Column:
    name: str
    type: str
    not_null: bool = False
    unique: bool = False


@dataclass
class Table:
    name: str
    columns: list
    key: list = field(default_factory=list)


class Generator(DeepQueries):
    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.steps = []
        self.tables = []
        self.names = 0

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    def chance(self, share):
        return self.random.random() < share

    def pick(self, items):
        return self.random.choice(items)

    def add(self, sql, ordered=False):
        self.steps.append(Step(sql=sql, ordered=ordered))

    def value(self, type_, nulls=0.15):
        return "NULL" if self.chance(nulls) else self.pick(VALUES[type_])

    # Definitions

    def create_table(self):
        table = Table(self.name("t"), [])
        for _ in range(self.random.randint(2, 5)):
            table.columns.append(Column(self.name("c"), self.pick(TYPES), not_null=self.chance(0.15)))
        parts = []
        for column in table.columns:
            text = f"{column.name} {column.type}"
            if column.not_null:
                text += " NOT NULL"
            if self.chance(0.12):
                column.unique = True
                text += " UNIQUE"
            if self.chance(0.15):
                text += f" DEFAULT {self.pick(VALUES[column.type])}"
            if column.type in NUMBERS and self.chance(0.1):
                text += f" CHECK ({column.name} {self.pick(['<>', '<', '>='])} {self.pick(['1', '2', '0'])})"
            parts.append(text)
        if self.chance(0.75):
            keyed = self.random.sample(table.columns, self.pick([1, 1, 1, 2]))
            table.key = [column.name for column in keyed]
            parts.append(f"PRIMARY KEY ({', '.join(table.key)})")
        self.tables.append(table)
        self.add(f"CREATE TABLE {table.name} ({', '.join(parts)})")

    def create_index(self):
        table = self.pick(self.tables)
        columns = self.random.sample(table.columns, self.pick([1, 1, 2]))
        unique = self.chance(0.3)
        for column in columns:
            column.unique = column.unique or unique
        names = ", ".join(column.name for column in columns)
        include = f" INCLUDE ({self.pick(table.columns).name})" if self.chance(0.3) else ""
        self.add(f"CREATE {'UNIQUE ' if unique else ''}INDEX {self.name('i')} ON {table.name} ({names}){include}")

    def alter_table(self):
        table = self.pick(self.tables)
        kind = self.random.randrange(4)
        if kind == 0:
            column = Column(self.name("c"), self.pick(TYPES))
            default = f" DEFAULT {self.pick(VALUES[column.type])}" if self.chance(0.6) else ""
            table.columns.append(column)
            self.add(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {column.type}{default}")
        elif kind == 1:
            rest = [c for c in table.columns if c.name not in table.key]
            if len(table.columns) > 2 and rest:
                column = self.pick(rest)
                table.columns.remove(column)
                self.add(f"ALTER TABLE {table.name} DROP COLUMN {column.name}")
        elif kind == 2:
            column = self.pick(table.columns)
            old, column.name = column.name, self.name("r")
            table.key = [column.name if name == old else name for name in table.key]
            self.add(f"ALTER TABLE {table.name} RENAME COLUMN {old} TO {column.name}")
        else:
            column = self.pick(table.columns)
            default = self.pick(VALUES[column.type])
            self.add(f"ALTER TABLE {table.name} ALTER COLUMN {column.name} SET DEFAULT {default}")

    # Expressions

    def scalar(self, column, prefix=""):
        name = prefix + column.name
        type_ = column.type
        if self.chance(0.6):
            return name
        if type_ in NUMBERS:
            return self.pick([f"-({name}::numeric)", f"abs({name}::numeric)", f"coalesce({name}, 0)",
                              f"({name}::numeric * 2)", f"CASE WHEN {name} > 1 THEN {name} END", f"{name} % 3",
                              f"nullif({name}, 1)", f"{name}::text", f"greatest({name}, 2)"])
        if type_ in TEXTS:
            return self.pick([f"upper({name})", f"length({name})", f"{name} || 'x'", f"coalesce({name}, 'none')",
                              f"substr({name}, 2)", f"lower({name})", f"left({name}, 1)", f"position('a' in {name})"])
        if type_ == "boolean":
            return self.pick([f"NOT {name}", f"coalesce({name}, false)"])
        if type_ in ("date", "timestamp"):
            return self.pick([f"{name} > '2000-01-01'", f"coalesce({name}, '2020-02-02')", f"{name}::text"])
        return f"{name}::text" if self.chance(0.5) else f"coalesce({name}, {self.pick(VALUES[type_])})"

    def predicate(self, columns, prefix="", depth=0):
        if depth < 2 and self.chance(0.35):
            left = self.predicate(columns, prefix, depth + 1)
            right = self.predicate(columns, prefix, depth + 1)
            return self.pick([f"({left} AND {right})", f"({left} AND {right})", f"({left} OR {right})", f"NOT ({left})"])
        column = self.pick(columns)
        name = prefix + column.name
        value = lambda: self.pick(VALUES[column.type])  # noqa: E731
        kind = self.random.randrange(10)
        if kind < 4:
            return f"{name} = {value()}"
        if kind < 6:
            return f"{name} {self.pick(['<', '<=', '>', '>=', '<>'])} {value()}"
        if kind == 6:
            return f"{name} IN ({value()}, {value()}, {value()})"
        if kind == 7:
            return f"{name} BETWEEN {value()} AND {value()}"
        if kind == 8:
            return f"{name} IS {self.pick(['', 'NOT '])}NULL"
        if column.type in TEXTS:
            pattern = self.pick(["'%'", "'a%'", "'_b'", "'%b%'"])
            return f"{name} LIKE {pattern}"
        return f"{name} IS DISTINCT FROM {value()}"

    # Changes

    def insert(self):
        table = self.pick(self.tables)
        columns = [c for c in table.columns if c.name in table.key or c.not_null or self.chance(0.8)]
        if not columns:
            return
        rows = []
        for _ in range(self.pick([1, 1, 2, 4])):
            rows.append("(" + ", ".join(self.inserted(c, c.not_null or c.name in table.key) for c in columns) + ")")
        sql = f"INSERT INTO {table.name} ({', '.join(c.name for c in columns)}) VALUES {', '.join(rows)}"
        free = [c for c in table.columns if c.name not in table.key and not c.unique]
        if self.chance(0.5):
            if table.key and free and self.chance(0.4):
                column = self.pick(free)
                sql += f" ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {column.name} = "
                sql += self.pick([f"excluded.{column.name}", self.value(column.type), f"{table.name}.{column.name}"])
            else:
                sql += " ON CONFLICT DO NOTHING"
        if self.chance(0.3):
            sql += " RETURNING *"
        self.add(sql)

    def inserted(self, column, needed):
        return "DEFAULT" if self.chance(0.04) else self.value(column.type, 0.0 if needed else 0.2)

    def insert_select(self):
        table = self.pick(self.tables)
        texts = [self.pick([self.value(c.type, 0.1) + f"::{c.type}", "g" if c.type in NUMBERS else "NULL"])
                 for c in table.columns]
        self.add(f"INSERT INTO {table.name} ({', '.join(c.name for c in table.columns)}) SELECT {', '.join(texts)} "
                 f"FROM generate_series(1, {self.random.randint(1, 20)}) AS g ON CONFLICT DO NOTHING")

    def update(self):
        table = self.pick(self.tables)
        free = [c for c in table.columns if c.name not in table.key and not c.unique]
        if not free:
            return
        column = self.pick(free)
        value = self.value(column.type)
        if column.type in ("numeric", "bigint", "integer") and self.chance(0.4):
            value = f"nullif({column.name}, 2147483647) / 2 + 1"
        if column.type == "text" and self.chance(0.3):
            value = f"{column.name} || 'q'"
        sql = f"UPDATE {table.name} SET {column.name} = {value}"
        if self.chance(0.85):
            sql += f" WHERE {self.predicate(table.columns)}"
        if self.chance(0.3):
            sql += " RETURNING *"
        self.add(sql)

    def update_key(self):
        table = self.pick(self.tables)
        keyed = [c for c in table.columns if c.name in table.key or c.unique]
        if len(table.key) != 1 or not keyed:
            return
        key = next(c for c in table.columns if c.name == table.key[0])
        column = self.pick(keyed)
        self.add(f"UPDATE {table.name} SET {column.name} = {self.value(column.type, 0.0)} "
                 f"WHERE {key.name} = {self.pick(VALUES[key.type])}")

    def delete(self):
        table = self.pick(self.tables)
        sql = f"DELETE FROM {table.name} WHERE {self.predicate(table.columns)}"
        self.add(sql + (" RETURNING *" if self.chance(0.3) else ""))

    # Queries

    def select(self):
        table = self.pick(self.tables)
        count = self.random.randint(1, len(table.columns))
        outputs = [self.scalar(column) for column in self.random.sample(table.columns, count)]
        sql = f"SELECT {'DISTINCT ' if self.chance(0.1) else ''}{', '.join(outputs)} FROM {table.name}"
        if self.chance(0.8):
            sql += f" WHERE {self.predicate(table.columns)}"
        self.add(sql)

    def select_ordered(self):
        table = self.pick(self.tables)
        columns = self.random.sample(table.columns, len(table.columns))
        sql = f"SELECT {', '.join(c.name for c in columns)} FROM {table.name}"
        if self.chance(0.6):
            sql += f" WHERE {self.predicate(table.columns)}"
        keys = [c.name + self.pick(["", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"]) for c in columns]
        sql += f" ORDER BY {', '.join(keys)}"
        if self.chance(0.5):
            sql += f" LIMIT {self.random.randint(0, 5)}"
        if self.chance(0.3):
            sql += f" OFFSET {self.random.randint(0, 4)}"
        self.add(sql, ordered=True)

    def aggregate(self):
        table = self.pick(self.tables)
        column = self.pick(table.columns)
        functions = ["count(*)", f"count({column.name})", f"count(DISTINCT {column.name})"]
        if column.type not in ("boolean", "uuid", "bytea"):
            functions += [f"min({column.name})", f"max({column.name})"]
        if column.type in NUMBERS:
            functions += [f"sum({column.name})", f"round(avg({column.name}), 4)"]
        chosen = ", ".join(self.random.sample(functions, self.random.randint(1, len(functions))))
        where = f" WHERE {self.predicate(table.columns)}" if self.chance(0.5) else ""
        if self.chance(0.5):
            group = self.pick(table.columns)
            having = f" HAVING count(*) > {self.random.randint(0, 2)}" if self.chance(0.3) else ""
            self.add(f"SELECT {group.name}, {chosen} FROM {table.name}{where} GROUP BY {group.name}{having}")
        else:
            self.add(f"SELECT {chosen} FROM {table.name}{where}")

    def join(self):
        left, right = self.pick(self.tables), self.pick(self.tables)
        pairs = [(a, b) for a in left.columns for b in right.columns if a.type == b.type]
        if not pairs:
            return
        a, b = self.pick(pairs)
        kind = self.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", ","])
        outputs = f"l.{self.pick(left.columns).name}, r.{self.pick(right.columns).name}, l.{a.name}"
        on = f"l.{a.name} = r.{b.name}"
        if kind == ",":
            sql = f"SELECT {outputs} FROM {left.name} AS l, {right.name} AS r WHERE {on}"
        else:
            sql = f"SELECT {outputs} FROM {left.name} AS l {kind} {right.name} AS r ON {on}"
        if self.chance(0.4):
            sql += (" AND " if kind == "," else " WHERE ") + self.predicate(left.columns, "l.")
        self.add(sql)

    def subquery(self):
        outer, inner = self.pick(self.tables), self.pick(self.tables)
        pairs = [(a, b) for a in outer.columns for b in inner.columns if a.type == b.type]
        if not pairs:
            return
        a, b = self.pick(pairs)
        where = self.predicate(inner.columns, "i.")
        condition = self.pick([
            f"o.{a.name} IN (SELECT i.{b.name} FROM {inner.name} AS i WHERE {where})",
            f"o.{a.name} NOT IN (SELECT i.{b.name} FROM {inner.name} AS i WHERE i.{b.name} IS NOT NULL AND {where})",
            f"EXISTS (SELECT 1 FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name} AND {where})",
            f"NOT EXISTS (SELECT 1 FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name})",
            f"(SELECT count(*) FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name}) > 1",
        ])
        self.add(f"SELECT o.{a.name} FROM {outer.name} AS o WHERE {condition}")

    def set_operation(self):
        one, other = self.pick(self.tables), self.pick(self.tables)
        pairs = [(a, b) for a in one.columns for b in other.columns if a.type == b.type]
        if not pairs:
            return
        a, b = self.pick(pairs)
        operator = self.pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"])
        self.add(f"SELECT {a.name} FROM {one.name} {operator} SELECT {b.name} FROM {other.name}")

    def with_query(self):
        table = self.pick(self.tables)
        names = ", ".join(c.name for c in table.columns)
        if self.chance(0.5):
            self.add(f"WITH w AS (SELECT {names} FROM {table.name} WHERE {self.predicate(table.columns)}) "
                     f"SELECT count(*) FROM w, {table.name}")
        else:
            self.add(f"WITH gone AS (DELETE FROM {table.name} WHERE {self.predicate(table.columns)} RETURNING *) "
                     f"SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM {table.name})")

    def script(self):
        for _ in range(self.random.randint(1, 3)):
            self.create_table()
        if self.chance(0.5):
            self.create_index()
        for _ in range(self.random.randint(2, 4)):
            self.insert()
        kinds = [self.insert] * 5 + [self.insert_select] * 2 + [self.update] * 4 + [self.update_key] * 2
        kinds += [self.delete] * 2 + [self.select] * 7 + [self.select_ordered] * 4 + [self.aggregate] * 3
        kinds += [self.join] * 3 + [self.subquery] * 3
        kinds += [self.join_kinds] * 2 + [self.windows] * 2 + [self.range_windows, self.join_using, self.lateral]
        kinds += [self.grouping_sets, self.distinct_on, self.with_ties, self.rows, self.above_groups]
        kinds += [self.inner_joins] * 2 + [self.first_values] * 2 + [self.analyze]
        kinds += [self.set_operation, self.with_query, self.create_index, self.alter_table]
        if self.chance(0.2):
            self.add("BEGIN")
        for _ in range(self.random.randint(6, 20)):
            self.pick(kinds)()
        return Script(self.seed, self.steps, [])


def generate(seed):
    return Generator(seed).script()
