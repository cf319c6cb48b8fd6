"""Makes random scripts of statements that draw from sequences. The same seed makes the same script.

A script is valid for PostgreSQL and for Ordinal, and has one right answer: where the order of rows shows in what is
drawn, the statement says which order, or meets one row, or reads a table whose rows still lie as they were inserted.
README.md lists what is left out, and why.
"""

import random
import re
from dataclasses import dataclass

from expressions import Expressions
from schema import Schema


@dataclass
class Step:
    """One message or one extended query. `rows` are the limits of its Execute messages, 0 for all rows."""

    sql: str
    ordered: bool = False
    extended: bool = False
    parameters: tuple = ()
    rows: tuple = (0,)
    portal: str = ""

    def __str__(self):
        if not self.sql:
            return f"-- Execute portal {self.portal}, rows {self.rows}"
        if not self.extended:
            return self.sql + ";"
        note = f"  -- extended, parameters {self.parameters}, rows {self.rows}"
        return self.sql + ";" + note + (f", portal {self.portal}" if self.portal else "")


@dataclass
class Script:
    seed: int
    steps: list
    sequences: list


class Generator(Schema):
    def __init__(self, seed):
        super().__init__(random.Random(seed))
        self.seed = seed
        self.in_transaction = False
        self.open_portal = False
        self.expressions = Expressions(self.random, self)

    def script(self):
        steps = [Step(sql) for sql in self.setup()]
        for _ in range(self.random.randint(5, 18)):
            steps.append(self.step())
        return Script(self.seed, steps, self.all_sequences())

    # Statements.

    def step(self):
        kind = self.random.randrange(100)
        if kind < 8:
            return Step(self.transaction())
        if kind < 12:
            outer, self.in_transaction = self.in_transaction, True
            script = Step("; ".join(self.statement()[0] for _ in range(self.random.randint(2, 3))))
            self.in_transaction = outer
            return script
        if kind < 30:
            return self.extended()
        sql, ordered = self.statement()
        return Step(sql, ordered)

    def transaction(self):
        self.open_portal = False
        sql = self.pick("BEGIN", "BEGIN", "BEGIN", "COMMIT", "ROLLBACK", "ROLLBACK")
        self.in_transaction = sql == "BEGIN"
        return sql

    def extended(self):
        if self.open_portal and self.chance(60):
            return Step("", True, True, rows=(self.random.randint(0, 3),), portal="p")
        e = self.expressions
        e.parameters = []
        sql, ordered = self.pick(self.insert, self.insert, self.select_series, self.select_series, self.update,
                                 self.write_with)()
        sql, parameters = used_parameters(sql, e.parameters)
        e.parameters = None
        portal = ""
        rows = self.pick((0,), (0,), (1,), (2,), (1, 0), (1, 1), (2, 5, 1))
        if ordered and self.chance(30):
            portal, self.open_portal, rows = "p", True, rows[:1]
        return Step(sql, ordered, True, parameters, rows, portal)

    def statement(self):
        return self.random.choices(
            [self.insert, self.insert_select, self.update, self.delete, self.select_series, self.select_table,
             self.select_nested, self.select_grouped, self.combine, self.call, self.alter, self.write_with,
             self.truncate],
            [26, 10, 9, 5, 9, 5, 4, 3, 3, 8, 7, 8, 1])[0]()

    def table(self):
        return self.random.choice(self.tables)

    def returning(self, table, percent=45):
        if not self.chance(percent):
            return ""
        e = self.expressions
        wanted = self.pick("id", "*", f"id, {e.value(table.names())}", e.value(table.names()))
        return f" RETURNING {wanted}"

    def insert(self):
        table = self.table()
        if self.chance(8):
            return f"INSERT INTO {table.name} DEFAULT VALUES{self.returning(table)}", True
        chosen = [c for c in table.columns if self.chance(30 if c.draws else 80)] or table.columns[-1:]
        self.random.shuffle(chosen)
        rows = self.pick(1, 1, 1, 2, 3)
        lists = ", ".join("(" + ", ".join(self.inserted(c) for c in chosen) + ")" for _ in range(rows))
        overriding = ""
        if any(c.identity for c in chosen):
            overriding = self.pick("", "", " OVERRIDING SYSTEM VALUE", " OVERRIDING USER VALUE")
        names = ", ".join(c.name for c in chosen)
        sql = f"INSERT INTO {table.name} ({names}){overriding} VALUES {lists}"
        return sql + self.on_conflict(table) + self.returning(table), True

    def inserted(self, column):
        e = self.expressions
        if self.chance(25 if column.draws else 8):
            return "DEFAULT"
        if self.chance(6):
            return "NULL"
        return str(self.random.randint(1, 14)) if self.chance(50) else e.value(())

    def on_conflict(self, table):
        if not self.chance(22):
            return ""
        unique = [c for c in table.unique()]
        if not unique or self.chance(40):
            return " ON CONFLICT DO NOTHING"
        target = self.random.choice(unique).name
        if self.chance(40):
            return f" ON CONFLICT ({target}) DO NOTHING"
        table.steady = False
        e = self.expressions
        columns = [f"{table.name}.a", "excluded.a", "excluded.b"]
        sets = self.pick("a = DEFAULT", f"a = {e.value(columns)}", f"b = {e.value(columns)}",
                         f"b = excluded.b, a = {e.value(columns)}")
        where = f" WHERE {e.condition(columns)}" if self.chance(25) else ""
        return f" ON CONFLICT ({target}) DO UPDATE SET {sets}{where}"

    def insert_select(self):
        table = self.table()
        e = self.expressions
        chosen = [c for c in table.columns if not c.always and self.chance(30 if c.draws else 70)]
        chosen = chosen or table.columns[-1:]
        names = ", ".join(c.name for c in chosen)
        source = self.table()
        if self.chance(50) or (source.has_key and not self.chance(50)):
            values = ", ".join(e.value(("g",)) for _ in chosen)
            tail = self.series_tail("g")
            sql = f"SELECT {values} FROM generate_series(1, {self.random.randint(1, 5)}) g{tail}"
        else:
            values = ", ".join(e.value(source.names()) for _ in chosen)
            sql = f"SELECT {values} FROM {source.name}{self.table_tail(source)}"
        return f"INSERT INTO {table.name} ({names}) {sql}" + self.on_conflict(table) + self.returning(table, 30), True

    def series_tail(self, column):
        e = self.expressions
        tail = f" WHERE {e.condition((column,))}" if self.chance(25) else ""
        if self.chance(30):
            # Qualified, so that it does not mean a target that happens to bear the name.
            tail += f" ORDER BY {column}.{column}" + self.pick("", " DESC")
        return tail + self.limit()

    def limit(self):
        tail = f" LIMIT {self.random.randint(0, 4)}" if self.chance(30) else ""
        return tail + (f" OFFSET {self.random.randint(0, 3)}" if self.chance(12) else "")

    def table_tail(self, table):
        e = self.expressions
        sorts = table.has_key or not table.steady or self.chance(40)
        # Where a condition draws, it must meet the rows in one order as well.
        free = table.steady and not table.has_key
        where = ""
        if self.chance(40):
            where = f" WHERE {e.condition(table.names()) if free else e.still_condition(table.names())}"
        direction = self.pick("", " DESC")
        # Not the key first: PostgreSQL would read its index or sort, as it estimates.
        names = table.names()[1:] + table.names()[:1]
        order = ", ".join(name + direction for name in names)
        return where + (f" ORDER BY {order}" if sorts else "") + self.limit()

    def target(self, table):
        """Returns (WHERE clause, which rows it meets: "one" at most, several in a "certain" order, or in "any")."""
        e = self.expressions
        unique = table.unique()
        if unique and self.chance(65):
            return f" WHERE {self.random.choice(unique).name} = {self.random.randint(1, 8)}", "one"
        if table.has_key or not table.steady:
            return (f" WHERE {e.still_condition(table.names())}" if self.chance(60) else ""), "any"
        return (f" WHERE {e.condition(table.names())}" if self.chance(60) else ""), "certain"

    def update(self):
        table = self.table()
        e = self.expressions
        where, meets = self.target(table)
        uncertain = meets == "any"
        # A key that several rows change is left out: see docs/decisions/0005-unique-at-end-of-statement.md.
        columns = [c for c in table.columns if meets == "one" or not c.unique]
        value = (lambda: e.still(table.names())) if uncertain else (lambda: e.value(table.names()))
        chosen = self.random.sample(columns, min(len(columns), self.pick(1, 1, 2, 3)))
        if not chosen:
            return self.call()
        parts = []
        if len(chosen) > 1 and self.chance(35):
            names = ", ".join(c.name for c in chosen)
            if self.chance(30) and not uncertain:
                parts.append(f"({names}) = (SELECT {', '.join(value() for _ in chosen)})")
            else:
                parts.append(f"({names}) = ({', '.join(self.assigned(c, value, uncertain) for c in chosen)})")
        else:
            parts = [f"{c.name} = {self.assigned(c, value, uncertain)}" for c in chosen]
        if where:
            table.steady = False
        returning = "" if uncertain else self.returning(table, 35)
        return f"UPDATE {table.name} SET {', '.join(parts)}{where}{returning}", False

    def assigned(self, column, value, uncertain):
        if column.always or (column.draws and not uncertain and self.chance(35)):
            return "DEFAULT"
        return value()

    def delete(self):
        table = self.table()
        where, meets = self.target(table)
        return f"DELETE FROM {table.name}{where}{'' if meets == 'any' else self.returning(table)}", False

    def select_series(self):
        e = self.expressions
        count = self.random.randint(1, 6)
        targets = ", ".join(e.value(("g",)) for _ in range(self.random.randint(1, 3)))
        if self.chance(20):
            return f"SELECT {e.value(())}, {e.value(())}", True
        return f"SELECT {targets} FROM generate_series(1, {count}) g{self.series_tail('g')}", True

    def select_table(self):
        table = self.table()
        e = self.expressions
        targets = ", ".join([table.all_columns()] + [e.value(table.names()) for _ in range(self.pick(0, 1, 2))])
        return f"SELECT {targets} FROM {table.name}{self.table_tail(table)}", True

    def select_nested(self):
        e = self.expressions
        inner = f"SELECT {e.value(('g',))} AS x, g AS y FROM generate_series(1, {self.random.randint(1, 5)}) g"
        inner += self.series_tail("g")
        where = f" WHERE {e.condition(('x', 'y'))}" if self.chance(25) else ""
        if self.chance(50):
            return f"SELECT x, y, {e.value(('x', 'y'))} FROM ({inner}) q{where}{self.limit()}", True
        return f"WITH q AS ({inner}) SELECT x, y, {e.value(('x', 'y'))} FROM q{where}{self.limit()}", True

    def select_grouped(self):
        e = self.expressions
        count = self.random.randint(1, 6)
        aggregate = self.pick("count", "sum", "max", "min")
        if self.chance(50):
            e.subqueries = False
            argument = e.value(("g",))
            e.subqueries = True
            return f"SELECT {aggregate}({argument}) FROM generate_series(1, {count}) g", True
        # In which order groups see their rows is the planner's choice, so aggregates of groups do not draw.
        return (f"SELECT g % 2, {aggregate}({e.still(('g',))}), {e.draw()} FROM generate_series(1, {count}) g "
                f"GROUP BY g % 2 ORDER BY g % 2{self.limit()}"), True

    def combine(self):
        e = self.expressions
        first = f"SELECT {e.value(())}"
        second = f"SELECT {e.value(('g',))} FROM generate_series(1, 3) g"
        if self.chance(60):
            return f"{first} UNION ALL {second}{self.limit()}", True
        if self.chance(50):
            return f"VALUES ({e.value(())}), ({e.value(())}), ({e.value(())}){self.limit()}", True
        return f"SELECT {e.value(('g',))} FROM generate_series(1, 4) g ORDER BY 1{self.limit()}", True

    def call(self):
        e = self.expressions
        sequence = self.pick(*self.all_sequences())
        return self.pick(
            f"SELECT nextval('{sequence}')", f"SELECT currval('{sequence}')", "SELECT lastval()",
            f"SELECT {e.set_value()}", f"SELECT last_value, is_called FROM {sequence}",
            f"SELECT nextval('{sequence}'), currval('{sequence}'), lastval()"), True

    def alter(self):
        # A transaction that alters a sequence draws from it without a cache: see README.md.
        names = [name for name in self.all_sequences() if not self.in_transaction or name not in self.cached]
        if not names:
            return self.call()
        name = self.pick(*names)
        options = [f"RESTART WITH {self.random.randint(1, 20)}", "RESTART", "RESTART",
                   f"INCREMENT BY {self.pick(1, 2, -1, 4)}", f"MAXVALUE {self.pick(10, 20, 500)}", "NO MAXVALUE",
                   f"MINVALUE {self.pick(-5, 0, 1, 2)}", "CYCLE", "NO CYCLE",
                   f"START WITH {self.random.randint(1, 9)}",
                   f"INCREMENT BY {self.pick(1, 3)} RESTART WITH {self.random.randint(1, 9)}"]
        if not self.in_transaction:
            options.append(f"CACHE {self.pick(1, 2, 5)}")
        option = self.random.choice(options)
        if option.startswith("CACHE"):
            self.cached.add(name)
        table = next((t for t in self.tables if t.columns[0].identity and f"{t.name}_id_seq" == name), None)
        if table is None or self.chance(30):
            return f"ALTER SEQUENCE {name} {option}", True
        if self.chance(25):
            return f"ALTER TABLE {table.name} ALTER id SET GENERATED {self.pick('ALWAYS', 'BY DEFAULT')}", True
        if option.startswith("RESTART"):
            return f"ALTER TABLE {table.name} ALTER id {option}", True
        return f"ALTER TABLE {table.name} ALTER id SET {option.replace(' RESTART', ' SET RESTART')}", True

    def write_with(self):
        e = self.expressions
        table = self.table()
        names = [c.name for c in table.columns if not c.draws][:2] or ["b"]
        lists = ", ".join("(" + ", ".join(e.value(()) for _ in names) + ")" for _ in range(self.pick(1, 2, 3)))
        insert = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES {lists} RETURNING id, a, b"
        kind = self.random.randrange(4)
        if kind == 0:
            return f"WITH x AS ({insert}) SELECT id, a, {e.value(('a', 'b'))} FROM x{self.limit()}", True
        if kind == 1:
            return f"WITH x AS ({insert}) SELECT {e.value(())}", True
        other = self.table()
        column = other.columns[-1].name
        if kind == 2:
            return (f"WITH x AS ({insert}) INSERT INTO {other.name} ({column}) "
                    f"SELECT {e.value(('a', 'b'))} FROM x{self.limit()}{self.returning(other)}"), True
        return f"WITH x AS ({insert}) INSERT INTO {other.name} ({column}) VALUES ({e.value(())})" + \
            self.returning(other), True

    def truncate(self):
        table = self.table()
        cached = f"{table.name}_id_seq" in self.cached
        choices = ["", " CONTINUE IDENTITY"] + ([] if self.in_transaction and cached else [" RESTART IDENTITY"])
        return f"TRUNCATE {table.name}" + self.pick(*choices), True


def used_parameters(sql, values):
    """Numbers the parameters anew, as many as made it into the text."""
    numbers = sorted({int(number) for number in re.findall(r"\$(\d)", sql)})
    sql = re.sub(r"\$(\d)", lambda match: f"${numbers.index(int(match[1])) + 1}", sql)
    return sql, tuple(values[number - 1] for number in numbers)


def generate(seed):
    return Generator(seed).script()
