#!/usr/bin/python3
"""Tests that a planted difference is found and that scripts are shortened, without a server."""

import dataclasses
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from compare import answer_of, find_difference, shrink  # noqa: E402
from generate import Script, Step, generate  # noqa: E402
from harness import pgwire  # noqa: E402


class FakeRunner:
    """Answers each statement with how many draws came before it; one statement may be answered wrongly."""

    def __init__(self, wrong=None, status="I"):
        self.wrong = wrong
        self.status = status

    def run(self, script):
        log = []
        drawn = 0
        for step in script.steps:
            drawn += step.sql.count("nextval")
            shown = drawn + 1 if self.wrong is not None and self.wrong in step.sql else drawn
            result = pgwire.Result(rows=[[str(shown)]], tag="SELECT 1")
            log.append((step.sql, [answer_of(result, True)], self.status))
        return log


SCRIPT = Script(1, [Step("SELECT 1"), Step("SELECT nextval('s')"), Step("SELECT 2"), Step("SELECT nextval('t')")], [])


def report(sqlstate):
    return pgwire.Report(f"SERROR\0C{sqlstate}\0Mno\0".encode())


class CompareTest(unittest.TestCase):
    def test_equal_answers_are_no_difference(self):
        self.assertIsNone(find_difference(SCRIPT, FakeRunner(), FakeRunner()))

    def test_a_wrong_value_is_found_where_it_stands(self):
        difference = find_difference(SCRIPT, FakeRunner(), FakeRunner(wrong="'t'"))
        self.assertEqual(difference.where, "SELECT nextval('t')")
        self.assertEqual(difference.theirs, "[('2',)] SELECT 1")
        self.assertEqual(difference.ours, "[('3',)] SELECT 1")

    def test_a_wrong_transaction_status_is_found(self):
        difference = find_difference(SCRIPT, FakeRunner(), FakeRunner(status="T"))
        self.assertEqual(difference.ours, "transaction status T")

    def test_a_script_shrinks_to_what_differs(self):
        shorter = shrink(SCRIPT, FakeRunner(), FakeRunner(wrong="'t'"))
        self.assertEqual([step.sql for step in shorter.steps], ["SELECT nextval('t')"])

    def test_tag_sqlstate_rows_and_suspension_count(self):
        result = pgwire.Result(rows=[["1"], ["2"]], tag="SELECT 2")
        same = answer_of(result, True)
        for change in ({"rows": [["1"]]}, {"rows": [["2"], ["1"]]}, {"tag": "SELECT 1"}, {"suspended": True},
                       {"error": report("22012")}):
            self.assertNotEqual(same, answer_of(dataclasses.replace(result, **change), True), change)
        self.assertNotEqual(answer_of(pgwire.Result(error=report("22012")), True),
                            answer_of(pgwire.Result(error=report("2200H")), True))

    def test_the_order_of_rows_counts_only_where_it_is_certain(self):
        turned = pgwire.Result(rows=[["2"], ["1"]], tag="SELECT 2")
        straight = pgwire.Result(rows=[["1"], ["2"]], tag="SELECT 2")
        self.assertEqual(answer_of(turned, False), answer_of(straight, False))

    def test_a_seed_makes_one_script(self):
        self.assertEqual(list(map(str, generate(7).steps)), list(map(str, generate(7).steps)))
        self.assertNotEqual(list(map(str, generate(7).steps)), list(map(str, generate(8).steps)))


if __name__ == "__main__":
    unittest.main()
