"""Reads SQL scripts. tests/sql/README.md describes the format."""

import re
from dataclasses import dataclass, field

SEPARATOR = "----"
# Extra lines of an expected error, and the fields of a report that they are compared with.
ERROR_FIELDS = {
    "DETAIL": "detail", "HINT": "hint", "POSITION": "position", "CONTEXT": "context", "SCHEMA": "schema_name",
    "TABLE": "table_name", "COLUMN": "column_name", "TYPE": "data_type_name", "CONSTRAINT": "constraint_name",
}


class ScriptError(Exception):
    """Says that a script itself is wrong."""


@dataclass
class Record:
    """Holds one directive with what belongs to it."""

    kind: str                 # statement, query, let, session, restart
    line: int                 # of the directive, from 1
    words: list               # what follows on the directive's line
    sql: str = ""
    expected: list | None = None  # lines after the separator; None when there is no separator
    expected_at: int = 0      # index of the first expected line in the file
    notices: list | None = None   # (SQLSTATE, text) of each notice; None when notices do not matter
    skip_on: set = field(default_factory=set)
    only_on: set = field(default_factory=set)

    def runs_on(self, traits):
        return not (self.skip_on & traits) and (not self.only_on or bool(self.only_on & traits))


@dataclass
class Script:
    path: str
    lines: list
    profile: str | None
    skip_on: set
    only_on: set
    records: list

    def runs_on(self, traits):
        return not (self.skip_on & traits) and (not self.only_on or bool(self.only_on & traits))


TRAITS = {"postgres", "ordinal", "memory", "rocksdb", "etcd"}


class Parser:
    def __init__(self, path, text):
        self.path = path
        self.lines = text.split("\n")
        self.at = 0
        self.script = Script(path, self.lines, None, set(), set(), [])
        self.reset()

    def reset(self):
        self.notices, self.skip_on, self.only_on = None, set(), set()

    def fail(self, message):
        raise ScriptError(f"{self.path}:{self.at + 1}: {message}")

    def parse(self):
        while self.at < len(self.lines):
            line = self.lines[self.at].strip()
            if not line or line.startswith("#"):
                self.at += 1
                continue
            kind, *words = line.split()
            method = getattr(self, "parse_" + kind, None)
            if method is None:
                self.fail(f"unknown directive '{kind}'")
            method(line, words)
        if self.skip_on or self.only_on or self.notices is not None:
            self.fail("a condition or notice without a record that it belongs to")
        return self.script

    def parse_set(self, line, words):
        if len(words) != 2 or words[0] != "profile" or self.script.records:
            self.fail("expected 'set profile NAME' before the first record")
        self.script.profile = words[1]
        self.at += 1

    def parse_file(self, line, words):
        """file skipif X / file onlyif X"""
        if len(words) < 2 or words[0] not in ("skipif", "onlyif") or self.script.records:
            self.fail("expected 'file skipif NAME' or 'file onlyif NAME' before the first record")
        target = self.script.skip_on if words[0] == "skipif" else self.script.only_on
        target.update(self.traits(words[1:]))
        self.at += 1

    def traits(self, words):
        if not words or set(words) - TRAITS:
            self.fail(f"expected some of {', '.join(sorted(TRAITS))}")
        return words

    def parse_skipif(self, line, words):
        self.skip_on.update(self.traits(words))
        self.at += 1

    def parse_onlyif(self, line, words):
        self.only_on.update(self.traits(words))
        self.at += 1

    def parse_notice(self, line, words):
        if not words:
            self.fail("expected 'notice SQLSTATE TEXT' or 'notice none'")
        self.notices = self.notices or []
        if words != ["none"]:
            _, sqlstate, text = line.split(maxsplit=2)
            self.notices.append((sqlstate, text))
        self.at += 1

    def parse_session(self, line, words):
        if len(words) != 1:
            self.fail("expected 'session NAME'")
        self.add(Record("session", self.at + 1, words))
        self.at += 1

    def parse_restart(self, line, words):
        if words not in ([], ["kill"]):
            self.fail("expected 'restart' or 'restart kill'")
        self.add(Record("restart", self.at + 1, words))
        self.at += 1

    def parse_statement(self, line, words):
        if not words or words[0] not in ("ok", "error") or (words[0] == "error" and len(words) != 2):
            self.fail("expected 'statement ok [TAG]' or 'statement error SQLSTATE'")
        self.parse_sql("statement", words)

    def parse_query(self, line, words):
        if set(words) - {"rowsort", "header", "extended"}:
            self.fail("expected 'query [rowsort] [header] [extended]'")
        record = self.parse_sql("query", words)
        if record.expected is None:
            self.fail("a query needs ---- and its rows")

    def parse_let(self, line, words):
        if len(words) != 1 or not re.fullmatch(r"\$[a-z_]\w*", words[0]):
            self.fail("expected 'let $name'")
        self.parse_sql("let", words)

    def parse_sql(self, kind, words):
        """The SQL ends at the separator or at an empty line; what is expected ends at an empty line."""
        record = Record(kind, self.at + 1, words)
        self.at += 1
        start = self.at
        while self.at < len(self.lines) and self.lines[self.at].strip() not in ("", SEPARATOR):
            self.at += 1
        record.sql = "\n".join(self.lines[start:self.at])
        if not record.sql:
            self.fail("no SQL here")
        if self.at < len(self.lines) and self.lines[self.at].strip() == SEPARATOR:
            self.at += 1
            record.expected_at = self.at
            while self.at < len(self.lines) and self.lines[self.at].strip():
                self.at += 1
            record.expected = self.lines[record.expected_at:self.at]
        self.add(record)
        return record

    def add(self, record):
        record.notices, record.skip_on, record.only_on = self.notices, self.skip_on, self.only_on
        self.reset()
        self.script.records.append(record)


def parse_script(path, text):
    return Parser(path, text).parse()


def render_value(value):
    if value is None:
        return "NULL"
    if value == "":
        return "(empty)"
    return value.replace("\\", "\\\\").replace("\n", "\\n") if "\n" in value else value


def render_rows(result, words):
    rows = ["|".join(render_value(value) for value in row) for row in result.rows]
    if "rowsort" in words:
        rows.sort()
    if "header" in words:
        rows.insert(0, "|".join(column.name for column in result.columns))
    return rows


def render_error(report, expected=None):
    """The message, then those further fields that `expected` asks for, or all."""
    wanted = {line.split(":")[0] for line in expected[1:]} if expected else set(ERROR_FIELDS) - {"POSITION", "CONTEXT"}
    lines = [report.message.replace("\n", "\\n")]
    for word, name in ERROR_FIELDS.items():
        value = getattr(report, name)
        if word in wanted and value:
            lines.append(f"{word}: {value}".replace("\n", "\\n"))
    return lines
