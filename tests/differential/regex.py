"""Makes random regular expressions over a small alphabet, and texts for them: which part matches, and what each group gets.
Each step is one call. The same seed makes the same script.
"""

import random

from generate import Script, Step

LETTERS = "aaabbbc"
SETS = [".", ".", "[ab]", "[^a]", "[b-c]", "\\w", "\\W", "\\s", "\\d", "\\D", "\\S", "[[:alpha:]]", "[^b\\s]", "[\\D]", "[^\\w]"]
PLACES = ["^", "$", "\\y", "\\m", "\\M", "\\Y", "\\A", "\\Z", "[[:<:]]", "[[:>:]]"]
# PostgreSQL finds many of them in repetitions too complex.
PLACES_MAX = 3
QUANTIFIERS = ["*", "+", "?", "*", "+", "?", "{2}", "{0,1}", "{1,2}", "{1,}", "{0,2}", "{2,3}", "{1}", "{1,1}", "{0}", "{0,}", "{2,}"]
LOOKS = ["(?=", "(?!", "(?<=", "(?<!"]
FLAGS = ["", "", "", "i", "n", "p", "w", "s", "x"]
# What texts that are mostly no expressions are made of.
PIECES = list("()()[][]{}*+?|\\^$.:=!,-012abcdefuvwxyzAZMY#b \n") + [
    "(?:", "(?=", "(?<!", "(?#", "[[:", "[:alpha:]", "[:foo:]", "[.", ".]", "[=", "=]", "[.a.]", "[.space.]", "[.xx.]", "[=b=]",
    "{1,2}", "{2", "\\1", "\\2", "\\12", "\\x", "\\u00", "\\u0061", "\\0", "\\08", "\\cA", "***", "***=", "***:", "***?",
    "(?i)", "(?b)", "(?q)", "(?x)", "(?z)", "(?e)", "(?", "\\(", "\\)", "\\{", "\\}", "\\{1,2\\}", "\\<", "\\>", "[[:<:]]", "[[:>:]]",
    "\\d", "\\D", "[^", "[a-c]", "[c-a]", "a-", "{256}", "{255}", "{3,2}", "{,2}", "[\\d]", "[\\y]", "\\q", "(a)", "\\(a\\)", "a*", "b+?", "**",
    "[[.a.]-c]", "[a-[.c.]]", "[a-[=c=]]", "[[:digit:]-z]", "[b-\\d]", "[\\w-z]"]
PIECE_FLAGS = ["", "", "", "b", "b", "x", "i", "n", "q", "qx", "qn", "bx", "bn", "e", "ei", "eb"]
CALLS = [
    "regexp_match({text}, {pattern}, {flags})",
    "array(SELECT regexp_matches({text}, {pattern}, {flags} || 'g'))",
    "regexp_replace({text}, {pattern}, '<\\1\\&\\2>', {flags} || 'g')",
    "regexp_like({text}, {pattern}, {flags})",
    "regexp_split_to_array({text}, {pattern}, {flags})",
    "(SELECT array_agg(regexp_instr({text}, {pattern}, 1, n, 0, {flags}, g) ORDER BY n, g) FROM generate_series(1, 3) n, "
    "generate_series(0, 4) g)",
    "{text} ~ {pattern}",
    "{text} !~* {pattern}",
    "substring({text} from {pattern})",
]

# The same for SIMILAR TO, with # as the escape.
SIMILAR_PIECES = list("aabbc%%__|*+?()[]^-\\$.{},1") + ["[ab]", "[^a]", "(a|b)", "{1,2}", "#\"", "#\"", "#%", "##", "%%", "(ab)*"]
SIMILAR_CALLS = ["{text} SIMILAR TO {pattern} ESCAPE '#'", "substring({text} SIMILAR {pattern} ESCAPE '#')"]


def literal(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"E'{escaped}'"


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def step(self):
        kind = self.random.random()
        if kind < 0.1:
            return self.similar()
        if kind < 0.3:
            pattern, text, flags = self.pieces()
        else:
            pattern, text, flags = self.expression()
        call = self.random.choice(CALLS).format(text=literal(text), pattern=literal(pattern), flags=literal(flags))
        return Step(f"SELECT {call}", True)

    def expression(self):
        self.groups = self.places = 0
        self.closed = []
        self.has_places = self.random.random() < 0.4
        self.has_looks = self.random.random() < 0.3
        self.has_references = self.random.random() < 0.3
        pattern = self.alternation(self.random.choice([1, 2, 2, 3]), False)
        letters = LETTERS + (" \n" if self.has_places else "")
        text = "".join(self.random.choice(letters) for _ in range(self.random.choice([0, 1, 2, 3, 4, 5, 6, 8, 10])))
        return pattern, text, self.random.choice(FLAGS)

    def alternation(self, depth, in_look):
        return "|".join(self.branch(depth, in_look) for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])))

    def branch(self, depth, in_look):
        counts = [1, 2, 2, 3, 3] if depth > 1 else [0, 1, 1, 2, 2, 3, 3, 4]
        return "".join(self.piece(depth, in_look) for _ in range(self.random.choice(counts)))

    def piece(self, depth, in_look):
        kind = self.random.random()
        if depth > 0 and kind < 0.05 and self.has_looks:
            return self.random.choice(LOOKS) + self.alternation(depth - 1, True) + ")"
        if kind < 0.10 and self.has_places and self.places < PLACES_MAX:
            self.places += 1
            return self.random.choice(PLACES)
        return self.atom(depth, in_look) + self.quantifier()

    def atom(self, depth, in_look):
        kind = self.random.random()
        if depth > 0 and kind < 0.35:
            return self.group(depth, in_look)
        if kind < 0.42 and self.has_references and self.closed and not in_look:
            return f"\\{self.random.choice(self.closed)}"
        return self.random.choice(SETS) if kind < 0.55 else self.random.choice(LETTERS)

    def group(self, depth, in_look):
        if in_look or self.random.random() < 0.35:
            return "(?:" + self.alternation(depth - 1, in_look) + ")"
        self.groups += 1
        number = self.groups
        group = "(" + self.alternation(depth - 1, in_look) + ")"
        self.closed.append(number)
        return group

    def quantifier(self):
        if self.random.random() < 0.5:
            return ""
        return self.random.choice(QUANTIFIERS) + ("?" if self.random.random() < 0.35 else "")

    def similar(self):
        pattern = "".join(self.random.choice(SIMILAR_PIECES) for _ in range(self.random.randint(1, 8)))
        text = "".join(self.random.choice("aabbc%_") for _ in range(self.random.randint(0, 6)))
        return Step("SELECT " + self.random.choice(SIMILAR_CALLS).format(text=literal(text), pattern=literal(pattern)), True)

    def pieces(self):
        pattern = "".join(self.random.choice(PIECES) for _ in range(self.random.choice([1, 2, 3, 4, 5, 6])))
        text = "".join(self.random.choice("aaabbbcc()[]{}*\\^$-1 .\n") for _ in range(self.random.choice([0, 2, 4, 8])))
        return pattern, text, self.random.choice(PIECE_FLAGS)


def generate(seed):
    generator = Generator(seed)
    return Script(seed, [generator.step() for _ in range(20)], [])
