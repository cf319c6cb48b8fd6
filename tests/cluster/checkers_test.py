#!/usr/bin/python3
"""Shows each checker sound histories, which it must accept, and histories with a planted bug, which it must not."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import checkers  # noqa: E402
from history import COMMITTED, ROLLED_BACK, UNKNOWN, Balances, Draw, Insert, Lookup, Restart  # noqa: E402


def draw(start, end, *values, began=None, session=1, node="n1", outcome=COMMITTED):
    return Draw(sequence="s", began=began, start=start, end=end, values=list(values), session=session, node=node, outcome=outcome)


def restart(start, end, low, outcome=COMMITTED):
    return Restart(sequence="s", start=start, end=end, low=low, outcome=outcome)


def insert(start, end, rows, outcome=COMMITTED, commit_start=None):
    return Insert(start=start, end=end, rows=rows, outcome=outcome, commit_start=start if commit_start is None else commit_start)


def lookup(start, mark, value, node="n2", outcome=COMMITTED):
    return Lookup(start=start, end=start + 1, mark=mark, value=value, node=node, outcome=outcome)


def balances(outcome=COMMITTED, **accounts):
    return Balances(start=0, end=1, balances=accounts, outcome=outcome)


def of_sessions(**values):
    return [draw(0, 1, *some, session=name) for name, some in values.items()]


ONE = insert(0, 1, {10: 1, 11: 2})
BACK = insert(0, 1, {30: 4}, ROLLED_BACK)
MAYBE = insert(0, None, {40: 6, 41: None}, UNKNOWN)
RESTARTS = [restart(2, 3, 1000), restart(6, 7, 2000)]
FAILED = [restart(2, 3, 1000, ROLLED_BACK)]
LOST = [restart(2, None, 1000, UNKNOWN)]

# (what, checker, arguments, how many complaints)
CASES = [
    ("distinct values on nodes", checkers.check_unique, ([draw(0, 1, 1), draw(0, 1, 2, node="n2")],), 0),
    ("two nodes give one value", checkers.check_unique, ([draw(0, 1, 1), draw(5, 6, 1, node="n2")],), 1),
    ("a value of a failed statement again", checkers.check_unique,
     ([draw(0, 1, 7, outcome=ROLLED_BACK), draw(5, 6, 7, node="n2")],), 1),
    ("a value of an unknown statement again", checkers.check_unique,
     ([draw(0, None, 7, outcome=UNKNOWN), draw(5, 6, 7, node="n2")],), 1),

    ("nodes in order", checkers.check_real_time, ([draw(0, 1, 1), draw(2, 3, 2, node="n2"), draw(4, 5, 3)],), 0),
    ("nodes at the same time", checkers.check_real_time, ([draw(0, 3, 2), draw(1, 4, 1, node="n2")],), 0),
    ("a node behind", checkers.check_real_time, ([draw(0, 1, 5), draw(2, 3, 4, node="n2")],), 1),
    ("a node behind one that had long returned", checkers.check_real_time,
     ([draw(0, 1, 9), draw(0, 20, 1, node="n3"), draw(10, 11, 4, node="n2")],), 1),

    ("blocks side by side", checkers.check_blocks, (of_sessions(a=[1, 2, 10], b=[11, 12]), 10), 0),
    ("a block each, then another", checkers.check_blocks, (of_sessions(a=[1, 21, 22], b=[11, 20]), 10), 0),
    ("a block mostly burnt", checkers.check_blocks, (of_sessions(a=[1, 9, 21], b=[11]), 10), 0),
    ("no values", checkers.check_blocks, (of_sessions(a=[], b=[3]), 10), 0),
    ("one inside of another", checkers.check_blocks, (of_sessions(a=[1, 5], b=[3]), 10), 1),
    ("half of a block", checkers.check_blocks, (of_sessions(a=[1, 5], b=[3, 8]), 10), 1),
    ("one first value", checkers.check_blocks, (of_sessions(a=[1, 2], b=[1]), 10), 1),
    ("inside of a third, behind a short one", checkers.check_blocks, (of_sessions(a=[1, 9], b=[20], c=[8]), 10), 1),
    ("nodes that share blocks", checkers.check_blocks,
     ([draw(0, 1, 1, 3, session=1), draw(0, 1, 2, session=2)], 10, lambda operation: operation.node), 0),
    ("nodes whose shared blocks meet", checkers.check_blocks,
     ([draw(0, 1, 1, 3), draw(0, 1, 2, node="n2")], 10, lambda operation: operation.node), 1),

    ("epochs", checkers.check_restart_barrier,
     ([draw(0, 1, 5), draw(4, 5, 1000), draw(4, 5, 1001, node="n2"), draw(8, 9, 2000)], RESTARTS), 0),
    ("during a restart, the old or the new", checkers.check_restart_barrier,
     ([draw(2.5, 4, 6), draw(1, 2.5, 1000)], RESTARTS), 0),
    ("restarted, or not", checkers.check_restart_barrier, ([draw(4, 5, 6), draw(6, 7, 1000)], LOST), 0),
    ("a failed restart", checkers.check_restart_barrier, ([draw(4, 5, 6)], FAILED), 0),
    ("a transaction that began before the restart", checkers.check_restart_barrier, ([draw(4, 5, 6, began=1)], RESTARTS), 0),
    ("a transaction that began after it", checkers.check_restart_barrier, ([draw(5, 6, 6, began=4)], RESTARTS), 1),
    ("an old block after the restart", checkers.check_restart_barrier, ([draw(4, 5, 6, node="n2")], RESTARTS), 1),
    ("one old value of many", checkers.check_restart_barrier, ([draw(4, 5, 1000, 1001, 7)], RESTARTS), 1),
    ("a block of the epoch before last", checkers.check_restart_barrier, ([draw(8, 9, 1005)], RESTARTS), 1),
    ("after a failed restart, its values", checkers.check_restart_barrier, ([draw(4, 5, 1000)], FAILED), 1),
    ("an epoch before its time", checkers.check_restart_barrier, ([draw(0, 1, 1000)], RESTARTS), 1),

    ("commits of their epoch", checkers.check_restart_commits,
     ([insert(0, 1, {1: 5}), insert(4, 5, {2: 1000}), insert(8, 9, {3: None})], RESTARTS), 0),
    ("a commit across a restart, refused", checkers.check_restart_commits,
     ([insert(0, 5, {1: 5}, ROLLED_BACK, commit_start=4)], RESTARTS), 0),
    ("a commit while a restart runs", checkers.check_restart_commits, ([insert(0, 4, {1: 5}, commit_start=2.5)], RESTARTS), 0),
    ("a commit across a restart", checkers.check_restart_commits, ([insert(0, 5, {1: 5}, commit_start=4)], RESTARTS), 1),
    ("one old identity of two", checkers.check_restart_commits,
     ([insert(0, 5, {1: 1000, 2: 5}, commit_start=4)], RESTARTS), 1),

    ("conserved", checkers.check_sums, ([balances(a=5, b=5), balances(a=9, b=1)], 2, 10), 0),
    ("a read that failed", checkers.check_sums, ([balances(ROLLED_BACK)], 2, 10), 0),
    ("money made", checkers.check_sums, ([balances(a=5, b=6)], 2, 10), 1),
    ("half a transfer", checkers.check_sums, ([balances(a=4, b=5), balances(a=4, b=6)], 2, 10), 1),
    ("an account missing", checkers.check_sums, ([balances(a=10)], 2, 10), 1),

    ("as the ledger says", checkers.check_ledger, ({"a": 5, "b": 5}, {"a": 2, "b": 8}, [("a", "b", 4), ("b", "a", 1)]), 0),
    ("a transfer without its ledger row", checkers.check_ledger, ({"a": 5, "b": 5}, {"a": 4, "b": 6}, []), 2),
    ("half of a transfer", checkers.check_ledger, ({"a": 5, "b": 5}, {"a": 4, "b": 5}, [("a", "b", 1)]), 1),

    ("found", checkers.check_lookups, ([ONE, MAYBE, BACK], [lookup(2, 10, 1), lookup(2, 40, 6), lookup(2, 41, 9)]), 0),
    ("not found", checkers.check_lookups, ([ONE, MAYBE, BACK], [lookup(2, 40, None), lookup(2, 30, None)]), 0),
    ("not found in time", checkers.check_lookups, ([ONE], [lookup(0.5, 10, None)]), 0),
    ("a read that failed", checkers.check_lookups, ([ONE], [lookup(2, 10, None, outcome=ROLLED_BACK)]), 0),
    ("a node that is behind", checkers.check_lookups, ([ONE], [lookup(2, 10, None)]), 1),
    ("rolled back and found", checkers.check_lookups, ([BACK], [lookup(2, 30, 4)]), 1),
    ("inserted by nobody", checkers.check_lookups, ([], [lookup(2, 30, 4)]), 1),
    ("another identity", checkers.check_lookups, ([ONE], [lookup(2, 10, 2)]), 1),
    ("another identity than the client of an unknown one heard", checkers.check_lookups, ([MAYBE], [lookup(2, 40, 7)]), 1),

    ("all rows on every node", checkers.check_acknowledged, ([ONE, BACK], [(10, 1), (11, 2)]), 0),
    ("a row lost with a node", checkers.check_acknowledged, ([ONE], [(10, 1)]), 1),
    ("unknown, whole", checkers.check_nothing_else, ([MAYBE], [(40, 6), (41, 7)]), 0),
    ("unknown, by half", checkers.check_nothing_else, ([MAYBE], [(41, 7)]), 1),
    ("rolled back and there", checkers.check_nothing_else, ([BACK], [(30, 4)]), 1),

    ("blocks of one session", checkers.check_session_order, ([draw(0, 1, 5), draw(2, 3, 6)],), 0),
    ("a session that goes back to an older block", checkers.check_session_order,
     ([draw(0, 1, 5), draw(2, 3, 65541), draw(4, 5, 6)],), 1),
]


class CheckersTest(unittest.TestCase):
    def test_cases(self):
        for what, checker, arguments, wanted in CASES:
            with self.subTest(f"{checker.__name__}: {what}"):
                complaints = checker(*arguments)
                self.assertEqual(len(complaints), wanted, complaints)

    def test_every_checker_accepts_and_rejects(self):
        for name in checkers.__all__:
            wanted = {bool(wanted) for _, checker, _, wanted in CASES if checker.__name__ == name}
            self.assertEqual(wanted, {False, True}, name)


if __name__ == "__main__":
    unittest.main()
