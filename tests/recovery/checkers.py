"""Judges what clients saw of a server that was killed. Pure functions: each takes a history and returns complaints.

Times are those of one monotonic clock. What a client never heard of (the server died first) has no end: it may have
happened or not, but not by halves.
"""

import heapq
from collections import Counter
from dataclasses import dataclass, field

COMMITTED, ROLLED_BACK, UNKNOWN = "committed", "rolled back", "unknown"


@dataclass
class Draw:
    """One call that asked a sequence for `count` values; `end` is None and `values` empty when no answer came."""

    sequence: str
    session: int
    start: float
    end: float | None = None
    values: list = field(default_factory=list)
    count: int = 1


@dataclass
class Transaction:
    """One transaction that inserts. `rows` maps the mark of a row to its identity, None where no answer came."""

    outcome: str
    rows: dict


def check_acknowledged(transactions, table):
    """Every row of an acknowledged transaction is in `table` (a list of (mark, identity)), under its identity."""
    found = dict(table)
    complaints = []
    for transaction in transactions:
        if transaction.outcome != COMMITTED:
            continue
        for mark, identity in transaction.rows.items():
            if mark not in found:
                complaints.append(f"the acknowledged row {mark} with identity {identity} is lost")
            elif found[mark] != identity:
                complaints.append(f"row {mark} was acknowledged as {identity} and is {found[mark]}")
    return complaints


def check_nothing_else(transactions, table):
    """No row is of a transaction that rolled back or of none, none is there twice, and no transaction is half there."""
    complaints = [f"row {mark} is there {times} times"
                  for mark, times in Counter(mark for mark, _ in table).items() if times > 1]
    found = {mark for mark, _ in table}
    known = set()
    for transaction in transactions:
        known.update(transaction.rows)
        visible = found.intersection(transaction.rows)
        if transaction.outcome == ROLLED_BACK:
            complaints += [f"row {mark} was rolled back and is there" for mark in sorted(visible)]
        elif transaction.outcome == UNKNOWN and visible and len(visible) != len(transaction.rows):
            complaints.append(f"only rows {sorted(visible)} of {sorted(transaction.rows)} are there")
    complaints += [f"row {mark} was inserted by nobody" for mark in sorted(found - known)]
    return complaints


def check_unique(draws):
    """No value of a sequence was handed out twice."""
    times = Counter((draw.sequence, value) for draw in draws for value in draw.values)
    return [f"{sequence} handed out {value} {count} times"
            for (sequence, value), count in sorted(times.items()) if count > 1]


def check_last_value(draws, last_value, ahead, before=0):
    """The counter covers all that was handed out, and is at most `ahead` beyond that.

    `draws` are those of one ascending sequence, `before` is where its counter stood when they began. Calls without an
    answer may have taken all that they asked for.
    """
    highest = max((value for draw in draws for value in draw.values), default=before)
    unanswered = sum(draw.count for draw in draws if draw.end is None)
    if last_value < highest:
        return [f"{highest} was handed out and the counter says {last_value}"]
    limit = max(highest, before) + unanswered + ahead
    if last_value > limit:
        return [f"{highest} was handed out and {unanswered} more were asked for; the counter says {last_value}, "
                f"which is {last_value - limit} too far"]
    return []


def check_real_time(draws):
    """A call that began after another had returned got greater values. `draws` are those of one CACHE 1 sequence."""
    complaints = []
    answered = sorted((draw for draw in draws if draw.values), key=lambda draw: draw.start)
    running = []  # (end, highest value) of calls that began earlier
    highest = None
    for draw in answered:
        while running and running[0][0] < draw.start:
            value = heapq.heappop(running)[1]
            highest = value if highest is None else max(highest, value)
        if highest is not None and min(draw.values) < highest:
            complaints.append(f"{draw.sequence}: {min(draw.values)} was handed out after {highest} had been")
        heapq.heappush(running, (draw.end, max(draw.values)))
    return complaints


def check_session_order(draws):
    """Each session saw ascending values, whatever the cache. `draws` are those of one sequence that does not cycle."""
    complaints = []
    last = {}
    for draw in sorted((draw for draw in draws if draw.values), key=lambda draw: draw.start):
        for value in draw.values:
            if value <= last.get(draw.session, value - 1):
                complaints.append(f"{draw.sequence}: session {draw.session} got {value} after {last[draw.session]}")
            last[draw.session] = value
    return complaints


def check_clean_restart(value_before, value_after):
    """Nothing is skipped or repeated between the last value before a clean stop and the first one after it."""
    if value_after != value_before + 1:
        return [f"{value_before} was the last value before a clean stop and {value_after} the first after it"]
    return []
