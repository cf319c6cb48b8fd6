#!/usr/bin/python3
"""Shows the judge of lists histories that snapshot isolation allows, and one for each anomaly that it forbids."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import lists  # noqa: E402
from history import COMMITTED, ROLLED_BACK, UNKNOWN, ListTransaction  # noqa: E402

ALL_TIME = (0, 100)  # transactions that all overlap, so that only what they read orders them


def append(key, value):
    return ("append", key, value)


def read(key, *values):
    return ("read", key, list(values))


def ran(*steps, time=ALL_TIME, outcome=COMMITTED):
    return ListTransaction(start=time[0], end=None if outcome == UNKNOWN else time[1], outcome=outcome, steps=list(steps))


# (what, transactions, the final lists)
SOUND = [
    ("nothing", [], None),
    ("appends and reads in order", [ran(append("x", 1), time=(0, 1)), ran(read("x", 1), append("x", 2), time=(2, 3)),
                                    ran(read("x", 1, 2), time=(4, 5))], {"x": [1, 2]}),
    ("a transaction sees its own appends", [ran(read("x"), append("x", 1), read("x", 1), append("x", 2), read("x", 1, 2))],
     {"x": [1, 2]}),
    ("write skew", [ran(read("x"), read("y"), append("x", 1)), ran(read("x"), read("y"), append("y", 2))],
     {"x": [1], "y": [2]}),
    ("write skew of three", [ran(read("x"), append("y", 1)), ran(read("y"), append("z", 2)), ran(read("z"), append("x", 3))],
     {"x": [3], "y": [1], "z": [2]}),
    ("the anomaly of a reader among two writers",
     [ran(read("x"), read("y"), append("x", 1)), ran(read("y"), append("y", 2)), ran(read("y", 2), read("x"))],
     {"x": [1], "y": [2]}),
    ("an unknown one that happened", [ran(append("x", 1), outcome=UNKNOWN), ran(read("x", 1))], {"x": [1]}),
    ("an unknown one that did not", [ran(append("x", 1), outcome=UNKNOWN), ran(read("x"))], {"x": []}),
    ("a failed one", [ran(append("x", 1), outcome=ROLLED_BACK), ran(read("x"))], {"x": []}),
    ("an old snapshot of one that began early", [ran(append("x", 1), time=(1, 2)), ran(read("x"), time=(0, 5))], {"x": [1]}),
    ("an unknown one that happens late", [ran(append("x", 1), time=(0, 1), outcome=UNKNOWN), ran(read("x"), time=(2, 3)),
                                          ran(read("x", 1), time=(4, 5))], {"x": [1]}),
    ("an acknowledgement and a beginning at one moment",
     [ran(append("x", 1), time=(0, 1)), ran(read("x"), time=(1, 2))], {"x": [1]}),
    ("two appends of one transaction, seen whole", [ran(append("x", 1), append("x", 2)), ran(read("x", 1, 2))],
     {"x": [1, 2]}),
]

# (what, how the complaint begins, transactions, the final lists)
PLANTED = [
    ("two writers interleave", "G0", [ran(append("x", 1), append("y", 2)), ran(append("x", 3), append("y", 4))],
     {"x": [1, 3], "y": [4, 2]}),
    ("one writer in the midst of another", "G0", [ran(append("x", 1), append("x", 3)), ran(append("x", 2))],
     {"x": [1, 2, 3]}),
    ("a read of what was rolled back", "G1a", [ran(append("x", 1), outcome=ROLLED_BACK), ran(read("x", 1))], None),
    ("a final list with what was rolled back", "G1a", [ran(append("x", 1), outcome=ROLLED_BACK)], {"x": [1]}),
    ("a read of half a transaction", "G1b", [ran(append("x", 1), append("x", 2)), ran(read("x", 1))], {"x": [1, 2]}),
    ("two see each other", "G1c", [ran(append("x", 1), read("y", 2)), ran(append("y", 2), read("x", 1))],
     {"x": [1], "y": [2]}),
    ("one sees another that overwrites it", "G1c",
     [ran(append("x", 1), read("y", 2)), ran(append("x", 3), append("y", 2))], {"x": [1, 3], "y": [2]}),
    ("two append upon one version", "lost update",
     [ran(read("x"), append("x", 1)), ran(read("x"), append("x", 2))], {"x": [1, 2]}),
    ("an acknowledged append is gone", "lost update", [ran(append("x", 1)), ran(append("x", 2))], {"x": [2]}),
    ("half of an unknown one is there", "lost update", [ran(append("x", 1), append("y", 2), outcome=UNKNOWN)],
     {"x": [1], "y": []}),
    ("before and after in one read", "G-single",
     [ran(append("x", 1), append("y", 2)), ran(read("x"), read("y", 2))], {"x": [1], "y": [2]}),
    ("a read skew through a third", "G-single",
     [ran(append("x", 1)), ran(read("x", 1), append("y", 2)), ran(read("y", 2), read("x"))], {"x": [1], "y": [2]}),
    ("two readers order two writers differently (long fork)", "G-single",
     [ran(append("x", 1)), ran(append("y", 2)), ran(read("x", 1), read("y")), ran(read("x"), read("y", 2))],
     {"x": [1], "y": [2]}),
    ("two reads of one version differ", "unrepeatable", [ran(append("x", 1)), ran(read("x"), read("x", 1))], {"x": [1]}),
    ("a transaction does not see its own append", "internal", [ran(append("x", 1), read("x"))], {"x": [1]}),
    ("a value from nowhere", "T0 read 9", [ran(read("x", 9))], None),
    ("a value twice", "T1 read a value of x twice", [ran(append("x", 1)), ran(read("x", 1, 1))], None),
    ("two reads that do not continue each other", "incompatible",
     [ran(append("x", 1)), ran(append("x", 2)), ran(read("x", 1, 2)), ran(read("x", 2))], None),
    ("an acknowledged append not seen later", "stale",
     [ran(append("x", 1), time=(0, 1)), ran(read("x"), time=(2, 3))], {"x": [1]}),
    ("a snapshot that goes back", "stale",
     [ran(append("x", 1), outcome=UNKNOWN), ran(read("x", 1), time=(2, 3)), ran(read("x"), time=(4, 5))], {"x": [1]}),
    ("an order of versions against that of commits", "stale",
     [ran(append("x", 1), time=(2, 3)), ran(append("x", 2), time=(0, 1))], {"x": [1, 2]}),
]


class ListsTest(unittest.TestCase):
    def test_accepts_snapshot_isolation(self):
        for what, transactions, final in SOUND:
            with self.subTest(what):
                self.assertEqual(lists.check_lists(transactions, final), [])

    def test_rejects_anomalies(self):
        for what, beginning, transactions, final in PLANTED:
            with self.subTest(what):
                complaints = lists.check_lists(transactions, final)
                self.assertTrue(any(text.startswith(beginning) for text in complaints), complaints)

    def test_finds_one_anomaly_in_a_long_history(self):
        many = [ran(read("x", *range(n)), append("x", n), time=(2 * n, 2 * n + 1)) for n in range(300)]
        self.assertEqual(lists.check_lists(many, {"x": list(range(300))}), [])
        many[200] = ran(read("x", *range(199)), append("x", 200), time=(0, 401))
        complaints = lists.check_lists(many, {"x": list(range(300))})
        self.assertEqual(len(complaints), 1, complaints)
        self.assertTrue(complaints[0].startswith("lost update: T199, "), complaints)


if __name__ == "__main__":
    unittest.main()
