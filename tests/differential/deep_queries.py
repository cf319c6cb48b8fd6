"""Queries of the grammar `queries` that go beyond one table: joins of all kinds, windows, grouping sets, LATERAL."""

NUMBERS = ["smallint", "integer", "bigint", "numeric", "numeric(8,2)"]
PLAIN_JOINS = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]
ORDERS = ["", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"]


class DeepQueries:
    """Mixed into the generator, which knows the tables and makes values and predicates."""

    def pair(self, left, right):
        pairs = [(a, b) for a in left.columns for b in right.columns if a.type == b.type]
        return self.pick(pairs) if pairs else (None, None)

    def column_names(self, table, prefix=""):
        return ", ".join(prefix + column.name for column in table.columns)

    def keys(self, columns):
        return ", ".join(column.name + self.pick(ORDERS) for column in columns)

    def all_keys(self, table):
        return self.keys(self.random.sample(table.columns, len(table.columns)))

    def join_kinds(self):
        left, middle, right = (self.pick(self.tables) for _ in range(3))
        a, b = self.pair(left, middle)
        c, d = self.pair(middle, right)
        if a is None or c is None:
            return
        first, second = self.pick(PLAIN_JOINS), self.pick(PLAIN_JOINS)
        extra = f" AND {self.predicate(middle.columns, 'm.')}" if self.chance(0.4) else ""
        other = f" AND {self.predicate(left.columns, 'l.')}" if self.chance(0.3) else ""
        sql = (f"SELECT {self.column_names(left, 'l.')}, m.{b.name}, {self.column_names(right, 'r.')} FROM {left.name} AS l "
               f"{first} {middle.name} AS m ON l.{a.name} = m.{b.name}{extra} "
               f"{second} {right.name} AS r ON m.{c.name} = r.{d.name}{other}")
        if self.chance(0.4):
            sql += f" WHERE {self.predicate(left.columns, 'l.')}"
        self.add(sql)

    def inner_joins(self):
        """Three or four tables in a list: who is joined when is up to the planner."""
        tables = [self.pick(self.tables) for _ in range(self.pick([3, 3, 4]))]
        conditions = []
        for at in range(1, len(tables)):
            other = self.random.randrange(at)
            a, b = self.pair(tables[other], tables[at])
            if a is not None:
                conditions.append(f"t{other}.{a.name} = t{at}.{b.name}")
            elif self.chance(0.7):
                return
        for at, table in enumerate(tables):
            if self.chance(0.4):
                conditions.append(self.predicate(table.columns, f"t{at}."))
        self.random.shuffle(conditions)
        names = [f"t{at}.{self.pick(table.columns).name}" for at, table in enumerate(tables)]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        self.add(f"SELECT {', '.join(names)} FROM "
                 f"{', '.join(f'{table.name} AS t{at}' for at, table in enumerate(tables))}{where}")

    def first_values(self):
        """What an index may give in its order."""
        table = self.pick(self.tables)
        column = self.pick(table.columns)
        where = f" WHERE {self.predicate(table.columns)}" if self.chance(0.4) else ""
        self.add(f"SELECT {column.name} FROM {table.name}{where} ORDER BY {column.name}{self.pick(ORDERS)} "
                 f"LIMIT {self.random.randint(1, 4)}", ordered=True)

    def analyze(self):
        self.add(self.pick(["ANALYZE", f"ANALYZE {self.pick(self.tables).name}"]))

    def join_using(self):
        left, right = self.pick(self.tables), self.pick(self.tables)
        a, b = self.pair(left, right)
        if a is None:
            return
        kind = self.pick(["", "LEFT ", "RIGHT ", "FULL "])
        join = self.pick([f"NATURAL {kind}JOIN", f"{kind}JOIN"])
        using = "" if join.startswith("NATURAL") else " USING (k)"
        self.add(f"SELECT * FROM (SELECT {a.name} AS k, '{left.name}' AS one FROM {left.name}) AS x {join} "
                 f"(SELECT '{right.name}' AS two, {b.name} AS k FROM {right.name}) AS y{using}")

    def lateral(self):
        outer, inner = self.pick(self.tables), self.pick(self.tables)
        a, b = self.pair(outer, inner)
        if a is None:
            return
        kind = self.pick(["CROSS JOIN LATERAL {}", "LEFT JOIN LATERAL {} ON true", "JOIN LATERAL {} ON true"])
        column = self.pick(inner.columns)
        body = self.pick([
            f"(SELECT count(*) AS n, count(i.{column.name}) AS m FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name})",
            f"(SELECT i.{column.name} AS n, o.{a.name} AS m FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name} "
            f"ORDER BY {self.keys([column])} LIMIT 1)",
            f"(SELECT DISTINCT i.{b.name} AS n, o.{a.name} IS NULL AS m FROM {inner.name} AS i "
            f"WHERE i.{b.name} <> o.{a.name})",
        ])
        self.add(f"SELECT o.{a.name}, q.n, q.m FROM {outer.name} AS o " + kind.format(body + " AS q"))

    def grouping_sets(self):
        table = self.pick(self.tables)
        columns = self.random.sample(table.columns, min(len(table.columns), self.pick([1, 2, 2, 3])))
        names = [column.name for column in columns]
        listed = ", ".join(names)
        groups = self.pick([f"ROLLUP ({listed})", f"CUBE ({listed})", f"GROUPING SETS (({listed}), ({names[0]}), ())",
                            f"{names[0]}, ROLLUP ({listed})", f"DISTINCT ROLLUP ({names[0]}), CUBE ({listed})"])
        counted = self.pick(table.columns)
        having = f" HAVING count(*) > {self.random.randint(0, 2)}" if self.chance(0.3) else ""
        where = f" WHERE {self.predicate(table.columns)}" if self.chance(0.4) else ""
        self.add(f"SELECT {listed}, GROUPING({listed}), count(*), count(DISTINCT {counted.name}) "
                 f"FROM {table.name}{where} GROUP BY {groups}{having}")

    def frame(self):
        mode = self.pick(["ROWS", "ROWS", "GROUPS"])
        bounds = ["UNBOUNDED PRECEDING", "2 PRECEDING", "1 PRECEDING", "CURRENT ROW", "1 FOLLOWING", "3 FOLLOWING",
                  "UNBOUNDED FOLLOWING"]
        begin = self.random.randint(0, 5)
        end = self.random.randint(max(1, begin), 6)
        # PostgreSQL 15's nth_value takes the current row for part of a frame without it when ties are excluded.
        ties = " EXCLUDE TIES" if begin <= 3 <= end else " EXCLUDE GROUP"
        exclude = self.pick(["", "", "", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP", ties])
        return f"{mode} BETWEEN {bounds[begin]} AND {bounds[end]}{exclude}"

    def windows(self):
        table = self.pick(self.tables)
        column = self.pick(table.columns)
        partition = f"PARTITION BY {self.pick(table.columns).name} " if self.chance(0.5) else ""
        order = f"ORDER BY {self.all_keys(table)}"
        frame = self.frame() if self.chance(0.7) else ""
        calls = ["row_number()", "rank()", "dense_rank()", "percent_rank()", "cume_dist()",
                 f"ntile({self.random.randint(1, 4)})", f"lag({column.name})", f"lead({column.name}, 2)",
                 f"first_value({column.name})", f"last_value({column.name})", f"nth_value({column.name}, 2)",
                 "count(*)", f"count({column.name})"]
        if column.type in NUMBERS:
            calls += [f"sum({column.name})", f"count(*) FILTER (WHERE {column.name} > 1)"]
        chosen = ", ".join(f"{call} OVER w" for call in self.random.sample(calls, self.random.randint(1, 4)))
        where = f" WHERE {self.predicate(table.columns)}" if self.chance(0.4) else ""
        self.add(f"SELECT {self.column_names(table)}, {chosen} FROM {table.name}{where} WINDOW w AS ({partition}{order} {frame})")

    def range_windows(self):
        table = self.pick(self.tables)
        columns = [c for c in table.columns if c.type in NUMBERS or c.type in ("date", "timestamp", "double precision")]
        if not columns:
            return
        column = self.pick(columns)
        is_date = column.type in ("date", "timestamp")
        offset = self.pick(["interval '1 day'", "interval '1 month'", "interval '30 years'"] if is_date
                           else ["0", "1", "2", "100"])
        bounds = self.pick([f"{offset} PRECEDING AND CURRENT ROW", f"{offset} PRECEDING AND {offset} FOLLOWING",
                            f"CURRENT ROW AND {offset} FOLLOWING", f"UNBOUNDED PRECEDING AND {offset} FOLLOWING",
                            f"{offset} FOLLOWING AND UNBOUNDED FOLLOWING"])
        where = f" WHERE {column.name}::text NOT LIKE '%finity'" if is_date else ""
        self.add(f"SELECT {column.name}, count(*) OVER w FROM {table.name}{where} "
                 f"WINDOW w AS (ORDER BY {self.keys([column])} RANGE BETWEEN {bounds})")

    def distinct_on(self):
        table = self.pick(self.tables)
        columns = self.random.sample(table.columns, len(table.columns))
        on = columns[:self.random.randint(1, len(columns))]
        self.add(f"SELECT DISTINCT ON ({', '.join(c.name for c in on)}) {self.column_names(table)} FROM {table.name} "
                 f"ORDER BY {self.keys(columns)}", ordered=True)

    def with_ties(self):
        table = self.pick(self.tables)
        column = self.pick(table.columns)
        offset = f" OFFSET {self.random.randint(0, 2)}" if self.chance(0.3) else ""
        self.add(f"SELECT {column.name} FROM {table.name} ORDER BY {self.keys([column])}{offset} "
                 f"FETCH FIRST {self.random.randint(0, 4)} ROWS WITH TIES", ordered=True)

    def rows(self):
        outer, inner = self.pick(self.tables), self.pick(self.tables)
        a, b = self.pair(outer, inner)
        c, d = self.pair(outer, inner)
        if a is None:
            return
        pair = f"(o.{a.name}, o.{c.name})"
        values = f"({self.pick_value(a)}, {self.pick_value(c)})"
        condition = self.pick([
            f"{pair} {self.pick(['=', '<>', '<', '<=', '>', '>='])} {values}",
            f"{pair} IN ({values}, ({self.pick_value(a)}, {self.pick_value(c)}))",
            f"{pair} NOT IN ({values})",
            f"{pair} IN (SELECT i.{b.name}, i.{d.name} FROM {inner.name} AS i)",
            f"{pair} NOT IN (SELECT i.{b.name}, i.{d.name} FROM {inner.name} AS i WHERE {self.predicate(inner.columns, 'i.')})",
            f"{pair} IS DISTINCT FROM {values}",
            f"o.{a.name} BETWEEN SYMMETRIC {self.pick_value(a)} AND {self.pick_value(a)}",
        ])
        self.add(f"SELECT o.{a.name}, o.{c.name} FROM {outer.name} AS o WHERE {condition}")

    def pick_value(self, column):
        return f"{self.value(column.type, 0.1)}::{column.type}"

    def above_groups(self):
        outer, inner = self.pick(self.tables), self.pick(self.tables)
        a, b = self.pair(outer, inner)
        if a is None:
            return
        inside = self.pick([f"(SELECT count(*) FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name})",
                            f"(SELECT count(*) + count(o.{a.name}) FROM {inner.name} AS i)",
                            f"EXISTS (SELECT 1 FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name})"])
        having = f" HAVING EXISTS (SELECT 1 FROM {inner.name} AS i WHERE i.{b.name} = o.{a.name})" \
            if self.chance(0.3) else ""
        self.add(f"SELECT o.{a.name}, count(*), {inside} FROM {outer.name} AS o GROUP BY o.{a.name}{having}")
