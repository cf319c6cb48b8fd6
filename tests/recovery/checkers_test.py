#!/usr/bin/python3
"""Shows each checker good histories, which it must accept, and histories with a planted bug, which it must not."""

import sys

import checkers
from checkers import COMMITTED, ROLLED_BACK, UNKNOWN, Draw, Transaction


def draw(start, end, *values, session=1, count=1):
    return Draw("s", session, start, end, list(values), max(count, len(values)))


ONE = Transaction(COMMITTED, {10: 1, 11: 2})
TWO = Transaction(COMMITTED, {20: 3})
BACK = Transaction(ROLLED_BACK, {30: 4, 31: 5})
MAYBE = Transaction(UNKNOWN, {40: 6, 41: None})

# (what, checker, arguments, how many complaints)
CASES = [
    ("all rows", checkers.check_acknowledged, ([ONE, TWO], [(10, 1), (11, 2), (20, 3)]), 0),
    ("an unknown outcome", checkers.check_acknowledged, ([ONE, MAYBE, BACK], [(11, 2), (10, 1)]), 0),
    ("nothing at all", checkers.check_acknowledged, ([], []), 0),
    ("a lost row", checkers.check_acknowledged, ([ONE, TWO], [(10, 1), (11, 2)]), 1),
    ("half a transaction lost", checkers.check_acknowledged, ([ONE], [(11, 2)]), 1),
    ("another identity", checkers.check_acknowledged, ([TWO], [(20, 9)]), 1),

    ("only known rows", checkers.check_nothing_else, ([ONE, TWO, BACK], [(10, 1), (11, 2), (20, 3)]), 0),
    ("unknown, all there", checkers.check_nothing_else, ([MAYBE], [(40, 6), (41, 7)]), 0),
    ("unknown, none there", checkers.check_nothing_else, ([MAYBE], []), 0),
    ("unknown, half there", checkers.check_nothing_else, ([MAYBE], [(40, 6)]), 1),
    ("rolled back and there", checkers.check_nothing_else, ([BACK], [(30, 4), (31, 5)]), 2),
    ("inserted by nobody", checkers.check_nothing_else, ([ONE], [(10, 1), (11, 2), (99, 9)]), 1),
    ("there twice", checkers.check_nothing_else, ([TWO], [(20, 3), (20, 4)]), 1),

    ("distinct values", checkers.check_unique, ([draw(0, 1, 1, 2), draw(0, 1, 3), draw(2, None)],), 0),
    ("one value, two sequences", checkers.check_unique, ([draw(0, 1, 1), Draw("t", 1, 0, 1, [1])],), 0),
    ("repeated in one call", checkers.check_unique, ([draw(0, 1, 1, 1)],), 1),
    ("repeated after a crash", checkers.check_unique, ([draw(0, 1, 1), draw(0, 1, 2), draw(9, 10, 2)],), 1),

    ("exact counter", checkers.check_last_value, ([draw(0, 1, 1, 2)], 2, 0), 0),
    ("counter ahead", checkers.check_last_value, ([draw(0, 1, 5)], 13, 8), 0),
    ("counter with unanswered calls", checkers.check_last_value, ([draw(0, 1, 5), draw(1, None, count=3)], 8, 0), 0),
    ("counter after an earlier crash", checkers.check_last_value, ([], 40, 0, 40), 0),
    ("counter behind", checkers.check_last_value, ([draw(0, 1, 1, 7), draw(0, 1, 2)], 6, 8192), 1),
    ("counter behind its past", checkers.check_last_value, ([], 39, 0, 40), 1),
    ("counter too far", checkers.check_last_value, ([draw(0, 1, 5)], 14, 8), 1),
    ("counter too far for the unanswered", checkers.check_last_value, ([draw(0, 1, 5), draw(1, None)], 7, 0), 1),

    ("one after the other", checkers.check_real_time, ([draw(0, 1, 1), draw(2, 3, 2, 3), draw(4, 5, 9)],), 0),
    ("overlapping, any order", checkers.check_real_time, ([draw(0, 5, 2), draw(4, 6, 1)],), 0),
    ("touching", checkers.check_real_time, ([draw(0, 5, 2), draw(5, 6, 1)],), 0),
    ("unanswered", checkers.check_real_time, ([draw(0, None), draw(5, 6, 1)],), 0),
    ("smaller afterwards", checkers.check_real_time, ([draw(0, 1, 2), draw(2, 3, 1)],), 1),
    ("smaller, behind a long call", checkers.check_real_time,
     ([draw(0, 9, 1), draw(1, 2, 5), draw(3, 4, 4)],), 1),
    ("between another's values", checkers.check_real_time, ([draw(0, 1, 1, 4), draw(2, 3, 2, 5)],), 1),
    ("repeated range after a crash", checkers.check_real_time,
     ([draw(0, 1, 1), draw(2, 3, 2), draw(8, 9, 1), draw(10, 11, 2)],), 1),

    ("sessions with blocks", checkers.check_session_order,
     ([draw(0, 1, 51, session=2), draw(2, 3, 1), draw(4, 5, 52, session=2), draw(6, 7, 2)],), 0),
    ("a session goes back", checkers.check_session_order, ([draw(0, 1, 2), draw(2, 3, 1)],), 1),
    ("a session goes back in a call", checkers.check_session_order, ([draw(0, 1, 2, 1)],), 1),

    ("clean restart", checkers.check_clean_restart, (7, 8), 0),
    ("skipping restart", checkers.check_clean_restart, (7, 40), 1),
    ("repeating restart", checkers.check_clean_restart, (7, 7), 1),
]


def main():
    failed = 0
    for what, checker, arguments, wanted in CASES:
        complaints = checker(*arguments)
        if len(complaints) != wanted:
            failed += 1
            print(f"FAIL {checker.__name__}, {what}: {wanted} complaints expected, got {complaints}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
