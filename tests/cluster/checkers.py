"""Judges what clients of several nodes saw. Pure functions: each takes a history and returns complaints.

Those that hold for one server as well are recovery's, and are given on from here. lists.py judges lists.
"""

import bisect
from collections import defaultdict

from history import COMMITTED, ROLLED_BACK
from recovery.checkers import (check_acknowledged, check_nothing_else, check_real_time, check_session_order,
                               check_unique)

__all__ = ["check_acknowledged", "check_nothing_else", "check_real_time", "check_session_order", "check_unique",
           "check_blocks", "check_restart_barrier", "check_restart_commits", "check_sums", "check_ledger",
           "check_lookups"]


def runs_of(values, cache):
    """Splits ascending values where a gap is too wide for one block: [(first, last)].

    Values of two blocks with another's block between them lie more than a block apart.
    """
    runs = []
    for value in values:
        if runs and value - runs[-1][1] <= cache:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    return runs


def check_blocks(draws, cache, owner=lambda draw: draw.session):
    """The blocks of two owners do not overlap: no value of one lies between two values of a block of another.

    `draws` are those of one ascending sequence that steps by one. An owner is a session, or a node that shares blocks.
    """
    values = defaultdict(set)
    for draw in draws:
        values[owner(draw)].update(draw.values)
    runs = sorted((first, last, who) for who, seen in values.items() for first, last in runs_of(sorted(seen), cache))
    complaints = []
    reach = None  # the run that reaches farthest so far
    for run in runs:
        if reach and run[0] <= reach[1] and run[2] != reach[2]:
            complaints.append(f"{run[2]} has {run[0]} to {run[1]}, inside of {reach[2]}'s {reach[0]} to {reach[1]}")
        reach = max(reach or run, run, key=lambda candidate: candidate[1])
    return complaints


def check_restart_barrier(draws, restarts):
    """After a RESTART has returned, no transaction that begins gets a value from before it; nor did one before it was
    asked for. (One that began earlier sees the sequence of its snapshot. What it writes must not be committed:
    check_restart_commits.)

    Both are of one sequence. Restarts follow each other, each with a greater `low`, and no range runs over into the next.
    """
    complaints = []
    done = sorted((restart.end, restart.low) for restart in restarts if restart.outcome == COMMITTED)
    asked = sorted((restart.low, restart) for restart in restarts)
    for draw in draws:
        if not draw.values:
            continue
        began = draw.start if draw.began is None else draw.began
        before = bisect.bisect_left(done, (began, 0))
        if before and min(draw.values) < done[before - 1][1]:
            complaints.append(f"{draw.sequence}: {draw.node} gave {min(draw.values)} to a call that began "
                              f"{began - done[before - 1][0]:.3f} s after RESTART WITH {done[before - 1][1]}")
        owner = bisect.bisect_right(asked, max(draw.values), key=lambda pair: pair[0])
        if owner:
            complaints += check_epoch_exists(draw, asked[owner - 1][1])
    return complaints


def check_epoch_exists(draw, restart):
    """The restart that the values of a call stem from was not rolled back, and was asked for before the call ended."""
    if restart.outcome == ROLLED_BACK:
        return [f"{draw.sequence}: {max(draw.values)} is of RESTART WITH {restart.low}, which failed"]
    if draw.end < restart.start:
        return [f"{draw.sequence}: {max(draw.values)} was handed out before RESTART WITH {restart.low} was asked for"]
    return []


def check_restart_commits(inserts, restarts):
    """No transaction that was asked to commit after a RESTART had returned commits identities from before it."""
    complaints = []
    done = sorted((restart.end, restart.low) for restart in restarts if restart.outcome == COMMITTED)
    for insert in inserts:
        identities = [value for value in insert.rows.values() if value is not None]
        if insert.outcome != COMMITTED or not identities:
            continue
        before = bisect.bisect_left(done, (insert.commit_start, 0))
        if before and min(identities) < done[before - 1][1]:
            complaints.append(f"{insert.node} committed the identity {min(identities)} "
                              f"{insert.commit_start - done[before - 1][0]:.3f} s after RESTART WITH {done[before - 1][1]}")
    return complaints


def check_sums(reads, accounts, total):
    """Every snapshot shows all accounts, and their sum."""
    complaints = []
    for read in reads:
        if read.outcome != COMMITTED:
            continue
        if len(read.balances) != accounts:
            complaints.append(f"{read.node} showed {len(read.balances)} accounts of {accounts}")
        elif sum(read.balances.values()) != total:
            complaints.append(f"{read.node} showed a sum of {sum(read.balances.values())}, not {total}")
    return complaints


def check_ledger(initial, balances, transfers):
    """Accounts are what the transfers make of them. `transfers` are the (source, target, amount) of the ledger's rows."""
    expected = dict(initial)
    for source, target, amount in transfers:
        expected[source] -= amount
        expected[target] += amount
    return [f"account {account} has {balances.get(account)}, and by the ledger {expected[account]}"
            for account in sorted(expected) if balances.get(account) != expected[account]]


def check_lookups(inserts, lookups):
    """A row whose insert was acknowledged is found by every read that begins later, on any node, and one that was rolled
    back by none; a row is found under the identity that its client heard."""
    wrote = {mark: insert for insert in inserts for mark in insert.rows}
    complaints = []
    for lookup in lookups:
        if lookup.outcome != COMMITTED:
            continue
        insert = wrote.get(lookup.mark)
        if lookup.value is None:
            if insert and insert.outcome == COMMITTED and insert.end < lookup.start:
                complaints.append(f"{lookup.node} does not show row {lookup.mark}, which {insert.node} had acknowledged "
                                  f"{lookup.start - insert.end:.3f} s before")
        elif insert is None or insert.outcome == ROLLED_BACK:
            complaints.append(f"{lookup.node} shows row {lookup.mark}, which nobody committed")
        elif insert.rows[lookup.mark] not in (None, lookup.value):
            complaints.append(f"{lookup.node} shows row {lookup.mark} as {lookup.value}, not {insert.rows[lookup.mark]}")
    return complaints
