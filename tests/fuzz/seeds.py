#!/usr/bin/python3
"""Writes the inputs that the fuzz targets begin with: tests/fuzz/seeds.py build/fuzz/corpus

Each target gets a folder of its own. Files that are there stay, so that a corpus grows from run to run.
"""

import hashlib
import json
import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import sqlscript  # noqa: E402

SQL_MAX = 400  # statements

TEXTS = {
    "Numeric": ["0", "-12.340", "1e-20", "NaN", "-Infinity", "99999999999999999999.99999", "0.5e3"],
    "Timestamptz": ["2024-02-29 12:34:56.789+05:30", "infinity", "now", "Jan 8 99 04:05 PST", "0044-03-15 BC"],
    "Interval": ["1 year 2 mons -3 days 04:05:06.7", "P1Y2M3DT4H5M6S", "-1-2 +3 4:05", "1.5 weeks ago"],
    "Timestamp": ["2024-02-29 24:00:00", "J2451187", "allballs", "20240229T123456", "Thu Feb 29 2024"],
    "Date": ["2024-02-29", "epoch", "1/8/1999", "January 8, 1999", "99-Jan-08", "4714-11-24 BC"],
    "Time": ["04:05:06.789", "040506", "04:05 PM", "24:00:00"],
    "Timetz": ["04:05:06-08:00", "04:05:06 PST", "2003-04-12 04:05:06 America/New_York"],
    "Bytea": [r"\x00ff", r"a\\b\001"],
    "Uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}"],
    "Json": ['{"a":[1,-2.5e3,null,true,"\\u00e9\\n"],"b":{}}', '"x"'],
    "Float8": ["1.5e-300", "-0", "inf", "NaN"],
    "Float4": ["3.4e38", "1e-45"],
    "Int2": ["-32768"], "Int4": ["2147483647"], "Int8": [" -9223372036854775808 "],
    "Bool": ["yes", "f"], "Oid": ["4294967295"], "Text": ["gr\u00fcn"], "Varchar": ["abc  "], "Bpchar": ["abc  "],
    "Name": ["x" * 70], "Char": ["\\101"], "Xid": ["7"], "Regclass": ["1259", "-"],
    "OidVector": ["1 2 3"], "Int2Vector": ["-1 2"],
}

REGEXES = [
    (0, "(a|ab)(c|bcd)(d*)", "abcd"), (0, "^(.*?)([0-9]{1,3}?)(.*)$", "foo12bar"), (0, "((a)|b)*?\\2{2}", "abaab"),
    (4, "[[:<:]][^a-c\\d[.space.][=x=]]+\\M", "ab xyz"), (24, "(?<!^)(?=b$|\\y).(?!a)", "a\nb\n"), (32, "a b # c\n {2}", "abb"),
    (1, "***:(?ixn)\\x61\\u20ac+(?#no)", "A\u20ac"), (1, "(e)|f)", "e)"), (2, "\\(a*\\)\\{1,2\\}\\1$", "aaaa"), (3, "a.*", "a.*"),
]

RELATION = {"format": 1, "oid": 16384, "schema": 2200, "name": "t", "owner": 10}
IDENTITY = {"sequence": 16385, "always": True, "explicit_value": "overriding", "generate_on_null": False,
            "generate_on_zero": False, "explicit_moves_counter": False}
COLUMN = {"number": 1, "name": "id", "type": 20, "modifier": -1, "not_null": True, "dropped": False}
INDEX = {"oid": 16386, "name": "t_pkey", "columns": [1], "unique": True, "primary": True, "is_constraint": True,
         "nulls_not_distinct": False}
DESCRIPTORS = [
    {"format": 1, "kind": "schema", "oid": 2200, "name": "public", "owner": 10},
    {**RELATION, "kind": "view", "definition": "SELECT 1"},
    {**RELATION, "kind": "sequence", "type": 20, "increment": 1, "min_value": 1, "max_value": 9, "start": 1, "cache": 1,
     "cycle": False, "epoch": 1, "owner_table": 0, "owner_column": 0, "is_identity": False},
    {**RELATION, "kind": "table", "columns": [{**COLUMN, "identity": IDENTITY, "default": "x"}], "indexes": [INDEX],
     "checks": [{"oid": 16387, "name": "c", "expression": [1, 200]}]},
]


def input_types():
    """The names of kInputTypes, whose positions the inputs of text and binary begin with."""
    return re.findall(r"types::TypeId::k(\w+)[,}]", (HERE / "types.h").read_text())


def frame(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


def frames():
    startup = struct.pack("!I", 3 << 16) + b"user\0admin\0database\0postgres\0_pq_.x\0y\0\0"
    yield b"\0" + struct.pack("!I", len(startup) + 4) + startup
    for code, rest in ((80877103, b""), (80877104, b""), (80877102, bytes(8))):
        yield b"\0" + struct.pack("!II", 8 + len(rest), code) + rest
    yield b"\1" + frame(b"Q", b"SELECT 1\0") + frame(b"X")
    yield (b"\1" + frame(b"P", b"s\0SELECT $1\0\0\1\0\0\0\x14") +
           frame(b"B", b"\0s\0\0\1\0\1\0\2\0\0\0\1x\xff\xff\xff\xff\0\1\0\1") + frame(b"D", b"Sp\0") +
           frame(b"E", b"\0\0\0\0\5") + frame(b"C", b"P\0") + frame(b"H") + frame(b"S"))
    yield b"\1" + frame(b"d", b"data") + frame(b"c") + frame(b"f", b"why\0") + frame(b"F", b"1234")


def rows():
    yield b"\0\1" + b"\x09\1" + b"\x11\4" + b"\x1b\3abc" + b"\x20" + b"\x2c" + bytes(range(16)) + b"\x3b\2xy"
    yield b"\0\1" + b"\x46" + bytes(16) + b"\x4a" + struct.pack("!d", 1.5)
    yield from (b"\1" + bytes((7 * i * j) & 0xff for j in range(300)) for i in range(1, 6))


def keys():
    for kind in range(23):
        yield bytes([0, kind]) + b"\1a\0\1"
        yield bytes([0, kind]) + b"\1\4\x80\0\1\x0d\x23\0"
        yield bytes([0, kind]) + b"\1\x80" + bytes(15)
        yield bytes([1, kind]) + bytes((11 * kind * j) & 0xff for j in range(1, 90))


def texts():
    types = input_types()
    for name, forms in TEXTS.items():
        for form in forms:
            yield bytes([types.index(name), 0, 0, 2, 0, 0]) + form.encode()
            yield bytes([types.index(name), 7, 0, 0, 1, 1]) + form.encode()


def binaries():
    for kind in range(len(input_types())):
        for size in (1, 2, 4, 8, 12, 16):
            yield bytes([kind]) + bytes(size)
    for body in (b"\0\1\0\0\0\0\0\2\0\x0c", b"\0\0\0\0\xc0\0\0\0", b"\0\2\0\1\x40\0\0\5\0\1\4\xd2"):
        yield bytes([0]) + body


def sql():
    statements = set()
    for path in sorted((HERE.parent / "sql").rglob("*.test")):
        statements.update(record.sql for record in sqlscript.parse_script(str(path), path.read_text()).records
                          if getattr(record, "sql", None))
    chosen = sorted(statements, key=lambda text: hashlib.sha1(text.encode()).digest())[:SQL_MAX]
    return (text.encode() for text in chosen)


def regexes():
    return (struct.pack("<BH", options, len(pattern.encode())) + pattern.encode() + text.encode()
            for options, pattern, text in REGEXES)


def main():
    corpus = pathlib.Path(sys.argv[1])
    for name, seeds in {"frames": frames(), "rows": rows(), "keys": keys(), "text": texts(), "binary": binaries(),
                        "sql": sql(), "regex": regexes(), "descriptors": (json.dumps(each).encode() for each in DESCRIPTORS)}.items():
        folder = corpus / name
        folder.mkdir(parents=True, exist_ok=True)
        for seed in seeds:
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


if __name__ == "__main__":
    main()
