"""Makes random expressions of integers that draw from sequences, choose between branches, and sometimes fail."""


class Expressions:
    """`parameters` is a list while parameters may be used, and collects their values."""

    def __init__(self, random, world):
        self.random = random
        self.world = world
        self.parameters = None
        self.subqueries = True

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def sequence(self):
        return self.random.choice(self.world.all_sequences())

    def draw(self):
        return f"nextval('{self.sequence()}')"

    def number(self):
        return str(self.random.randint(0, 9))

    def set_value(self):
        called = self.random.choice(["", ", true", ", false"])
        return f"setval('{self.sequence()}', {self.random.randint(1, 15)}{called})"

    def leaf(self, columns):
        kind = self.random.randrange(100)
        if columns and kind < 45:
            return self.random.choice(columns)
        if self.parameters is not None and kind < 55 and len(self.parameters) < 3:
            self.parameters.append(str(self.random.randint(0, 9)))
            return f"${len(self.parameters)}::int"
        return self.number()

    def still(self, columns, depth=0):
        """Neither draws nor fails, so that the order of rows does not matter."""
        if depth > 1 or self.chance(50):
            return self.leaf(columns)
        first, second = self.still(columns, depth + 1), self.still(columns, depth + 1)
        return self.random.choice([f"{first} + {second}", f"coalesce({first}, {second})",
                                   f"CASE WHEN {first} > {second} THEN {first} ELSE {self.number()} END",
                                   f"greatest({first}, {second})"])

    def still_condition(self, columns):
        column = self.random.choice(columns) if columns else self.number()
        return self.random.choice([f"{column} > {self.number()}", f"{column} < {self.number()}",
                                   f"{column} IN (1, 3, 5)", f"{column} IS NOT NULL",
                                   f"{column} > {self.number()} AND {self.still(columns)} < 9"])

    def value(self, columns, depth=0):
        kind = self.random.randrange(100)
        if depth > 2 or kind < 22:
            return self.leaf(columns)
        if kind < 52:
            return self.draw()

        def inner():
            return self.value(columns, depth + 1)
        if kind < 60:
            return f"({inner()} {self.random.choice('+-*')} {inner()})"
        if kind < 66:
            return f"({self.number()} / {inner()})"
        if kind < 76:
            return f"CASE WHEN {self.condition(columns, depth + 1)} THEN {inner()} ELSE {inner()} END"
        if kind < 81:
            return f"coalesce({inner()}, {inner()})"
        if kind < 84:
            # PostgreSQL plans with the values of parameters, and drops draws beside one that turns out NULL.
            parameters, self.parameters = self.parameters, None
            text = f"nullif({inner()}, {inner()})"
            self.parameters = parameters
            return text
        if kind < 87:
            return f"{self.random.choice(['greatest', 'least'])}({inner()}, {inner()})"
        if kind < 89:
            return f"currval('{self.sequence()}')"
        if kind < 91:
            return "lastval()"
        if kind < 94:
            return self.set_value()
        if kind < 96:
            return f"({inner()} % {self.number()})"
        if kind < 98 and self.subqueries:
            return f"(SELECT {inner()})"
        return f"abs({inner()})"

    def condition(self, columns, depth=0):
        kind = self.random.randrange(100)

        def inner():
            return self.value(columns, depth + 1)
        if depth > 2 or kind < 40:
            return f"{inner()} {self.random.choice(['=', '<', '>', '<>', '<='])} {self.leaf(columns)}"
        if kind < 55:
            joined = self.random.choice(["AND", "OR"])
            return f"({self.condition(columns, depth + 1)} {joined} {self.condition(columns, depth + 1)})"
        if kind < 65:
            return f"NOT {self.condition(columns, depth + 1)}"
        if kind < 75:
            return f"{inner()} IS {self.random.choice(['', 'NOT '])}NULL"
        if kind < 85:
            return f"{inner()} IN ({self.number()}, {self.number()}, {self.number()})"
        if kind < 92:
            return f"{inner()} BETWEEN {self.number()} AND {self.leaf(columns)}"
        if kind < 96 and self.subqueries:
            return f"EXISTS (SELECT {inner()})"
        return f"{inner()} IS DISTINCT FROM {inner()}"
