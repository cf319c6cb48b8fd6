"""Tests the reader of SQL scripts and the client's decoding. Run by script/stages/12-harness.sh."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import pgwire, sqlscript  # noqa: E402


def parse(text):
    return sqlscript.parse_script("x.test", text)


class ParserTest(unittest.TestCase):
    def test_reads_records(self):
        script = parse("# comment\nset profile aurora_dsql\n\nnotice 00000 some text\nstatement ok INSERT 0 1\n"
                       "INSERT INTO t\nVALUES (1)\n\nquery rowsort\nSELECT 1\n----\n1|2\n\nlet $a\nSELECT 1\n")
        self.assertEqual(script.profile, "aurora_dsql")
        statement, query, let = script.records
        self.assertEqual(statement.sql, "INSERT INTO t\nVALUES (1)")
        self.assertEqual(statement.notices, [("00000", "some text")])
        self.assertEqual(statement.words, ["ok", "INSERT", "0", "1"])
        self.assertEqual((query.line, query.expected, query.expected_at), (9, ["1|2"], 11))
        self.assertIsNone(query.notices)
        self.assertEqual(let.words, ["$a"])

    def test_conditions_hold_for_one_record(self):
        script = parse("skipif postgres\nstatement ok\nA\n\nonlyif rocksdb\nstatement ok\nB\n\nstatement ok\nC\n")
        self.assertEqual([r.sql for r in script.records if r.runs_on({"postgres"})], ["C"])
        self.assertEqual([r.sql for r in script.records if r.runs_on({"ordinal", "rocksdb"})], ["A", "B", "C"])
        self.assertEqual([r.sql for r in script.records if r.runs_on({"ordinal", "memory"})], ["A", "C"])

    def test_refuses_mistakes(self):
        for text in ["statment ok\nA\n", "statement\nA\n", "statement error\nA\n", "statement ok\n\n", "query\nSELECT 1\n",
                     "query sorted\nA\n----\n", "skipif mysql\nstatement ok\nA\n", "skipif postgres\n", "session\n",
                     "let a\nSELECT 1\n", "statement ok\nA\n\nset profile x\n"]:
            with self.assertRaises(sqlscript.ScriptError, msg=text):
                parse(text)

    def test_renders_values(self):
        result = pgwire.Result(columns=[pgwire.Column("b", 0, 0, 25, -1, -1, 0)], rows=[["b\nc"], [None], [""]])
        self.assertEqual(sqlscript.render_rows(result, ["rowsort", "header"]), ["b", "(empty)", "NULL", "b\\nc"])

    def test_renders_the_fields_that_are_asked_for(self):
        report = pgwire.Report(b"SERROR\0VERROR\0C23505\0Mmessage\0Ddetail\0Hhint\0P7\0nname\0\0")
        self.assertEqual(report.sqlstate, "23505")
        self.assertEqual(sqlscript.render_error(report, ["message"]), ["message"])
        self.assertEqual(sqlscript.render_error(report, ["message", "CONSTRAINT: x", "POSITION: 1"]),
                         ["message", "POSITION: 7", "CONSTRAINT: name"])


if __name__ == "__main__":
    unittest.main()
