"""Judges transactions that append to lists and read them: snapshot isolation, in real time.

A list shows the order in which it was written. So the longest read of a key gives the order of its versions, and every
read says which version it saw. From that follow the edges of a graph in which every transaction has two nodes, its
snapshot and its commit, and an edge says "earlier than":

    snapshot of T -> commit of T
    commit of T   -> snapshot of U    U wrote the version after one of T (ww), or read a version of T (wr)
    snapshot of T -> commit of U      T read the version before one of U (rw)
    commit of T   -> snapshot of U    T was acknowledged before the client of U began (real time)

A history is one of snapshot isolation when these can all hold, that is when the graph has no cycle. Write skew makes none:
its two rw edges do not meet, as the first ends at a commit and the second begins at a snapshot.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from history import COMMITTED, ROLLED_BACK, UNKNOWN


@dataclass
class View:
    """What a transaction saw of others (the first read of each key, without what it appended itself), and wrote."""

    transaction: object
    reads: dict = field(default_factory=dict)
    appends: dict = field(default_factory=lambda: defaultdict(list))
    complaints: list = field(default_factory=list)


def view_of(number, transaction):
    view = View(transaction)
    for what, key, value in transaction.steps:
        if what == "append":
            view.appends[key].append(value)
            continue
        own = view.appends.get(key, [])
        others = value[:len(value) - len(own)]
        if value[len(others):] != own:
            view.complaints.append(f"internal: T{number} appended {own} to {key} and then read {value}")
        elif view.reads.setdefault(key, others) != others:
            view.complaints.append(f"unrepeatable read: T{number} read {view.reads[key]} of {key} and then {others}")
    return view


class Analysis:
    """Works out versions and edges of one history. `final` maps each key to its list after all is over, if it is known."""

    def __init__(self, transactions, final=None):
        self.views = [view_of(number, transaction) for number, transaction in enumerate(transactions)]
        self.complaints = [text for view in self.views for text in view.complaints]
        self.writers = {(key, value): number for number, view in enumerate(self.views)
                        for key, values in view.appends.items() for value in values}
        self.reads = [(number, key, seen) for number, view in enumerate(self.views) for key, seen in view.reads.items()]
        if final is not None:
            self.reads += [(None, key, seen) for key, seen in final.items()]
        self.final = final
        self.versions = {}
        self.check_values()
        self.order_versions()
        self.committed = self.find_committed()
        self.check_final()

    def check_values(self):
        """Reads show only what was appended, once, by transactions that may have committed (G1a), and whole ones (G1b)."""
        for number, key, seen in self.reads:
            reader = name(number)
            if len(set(seen)) != len(seen):
                self.complaints.append(f"{reader} read a value of {key} twice: {seen}")
            for value in seen:
                writer = self.writers.get((key, value))
                if writer is None:
                    self.complaints.append(f"{reader} read {value} of {key}, which nobody appended")
                elif self.outcome(writer) == ROLLED_BACK:
                    self.complaints.append(f"G1a, aborted read: {reader} read {value} of {key}, which T{writer} rolled back")
            last = self.writers.get((key, seen[-1])) if seen else None
            if last is not None and last != number and self.views[last].appends[key][-1] != seen[-1]:
                self.complaints.append(f"G1b, intermediate read: {reader} read {key} as T{last} left it half-way, {seen}")

    def outcome(self, number):
        return self.views[number].transaction.outcome

    def order_versions(self):
        """The longest read of a key is the order of its versions; every other one is its beginning."""
        for _, key, seen in self.reads:
            if len(seen) > len(self.versions.get(key, [])):
                self.versions[key] = seen
        for number, key, seen in self.reads:
            if self.versions.get(key, [])[:len(seen)] != seen:
                self.complaints.append(f"incompatible order: {name(number)} read {key} as {seen}, another as "
                                       f"{self.versions[key]}")

    def find_committed(self):
        """Those that were acknowledged, and those of unknown fate that somebody saw."""
        seen = {self.writers.get((key, value)) for key, values in self.versions.items() for value in values}
        return {number for number in range(len(self.views))
                if self.outcome(number) == COMMITTED or self.outcome(number) == UNKNOWN and number in seen}

    def check_final(self):
        """What was committed is there in the end, and all of it."""
        if self.final is None:
            return
        there = {(key, value) for key, values in self.final.items() for value in values}
        for (key, value), writer in self.writers.items():
            if writer in self.committed and (key, value) not in there:
                self.complaints.append(f"lost update: T{writer} committed {value} to {key}, and it is not there in the end")

    def writer(self, key, position):
        """Returns who wrote a version, if that is a transaction that counts."""
        versions = self.versions.get(key, [])
        if not 0 <= position < len(versions):
            return None
        number = self.writers.get((key, versions[position]))
        return number if number in self.committed else None

    def dependencies(self):
        """Yields (kind, from, to, why)."""
        for key, versions in self.versions.items():
            for position in range(1, len(versions)):
                yield "ww", self.writer(key, position - 1), self.writer(key, position), key
        for number, key, seen in self.reads:
            if number in self.committed and self.versions.get(key, [])[:len(seen)] == seen:
                yield "wr", self.writer(key, len(seen) - 1), number, key
                yield "rw", number, self.next_writer(number, key, len(seen)), key

    def next_writer(self, reader, key, position):
        """Returns who wrote the next version; the reader's own, which follow upon what it read, are passed over."""
        while (writer := self.writer(key, position)) == reader and writer is not None:
            position += 1
        return writer


def name(number):
    return "the final read" if number is None else f"T{number}"


class Graph:
    """The order of snapshots (2 * number) and commits (2 * number + 1), and of moments (the numbers behind those)."""

    def __init__(self, count):
        self.edges = defaultdict(dict)  # from -> to -> why
        self.transactions = count
        self.nodes = 2 * count
        for number in range(count):
            self.edges[2 * number][2 * number + 1] = None

    def add(self, kind, before, after, key):
        if before is None or after is None or before == after:
            return
        begin, end = (2 * before, 2 * after + 1) if kind == "rw" else (2 * before + 1, 2 * after)
        self.edges[begin].setdefault(end, (kind, key))

    def add_real_time(self, views, committed):
        """Chains the moments at which commits were acknowledged, and puts each snapshot behind those that came before."""
        moments = [(views[number].transaction.start, 0, number) for number in committed]
        moments += [(views[number].transaction.end, 1, number) for number in committed
                    if views[number].transaction.end is not None and views[number].transaction.outcome == COMMITTED]
        last = None
        for _, is_end, number in sorted(moments):
            if is_end:
                moment, self.nodes = self.nodes, self.nodes + 1
                self.edges[2 * number + 1][moment] = None
                if last is not None:
                    self.edges[last][moment] = None
                last = moment
            elif last is not None:
                self.edges[last][2 * number] = None

    def components(self):
        """Yields the sets of nodes that can reach each other, those of one node left out (Tarjan, without recursion)."""
        index, low, stack, on_stack = {}, {}, [], set()
        for root in range(self.nodes):
            work = [] if root in index else [(root, None)]
            while work:
                node, children = work.pop()
                if children is None:
                    index[node] = low[node] = len(index)
                    stack.append(node)
                    on_stack.add(node)
                    children = iter(self.edges[node])
                child = self.descend(node, children, index, low, on_stack)
                if child is not None:
                    work += [(node, children), (child, None)]
                    continue
                if low[node] == index[node]:
                    component = take_until(stack, node)
                    on_stack -= component
                    if len(component) > 1:
                        yield component
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])

    @staticmethod
    def descend(node, children, index, low, on_stack):
        """Returns the next child that was not visited, and takes note of those that were."""
        for child in children:
            if child not in index:
                return child
            if child in on_stack:
                low[node] = min(low[node], index[child])
        return None

    def cycle(self, component):
        """Returns a shortest cycle through the first node of a component, as [(from, why, to)]."""
        first = min(component)
        came = {}
        queue = deque([first])
        while queue:
            node = queue.popleft()
            for child in self.edges[node]:
                if child == first:
                    return self.path(came, first, node) + [(node, self.edges[node][first], first)]
                if child in component and child not in came:
                    came[child] = node
                    queue.append(child)
        raise AssertionError("a component without a cycle")

    def path(self, came, first, node):
        steps = []
        while node != first:
            steps.append((came[node], self.edges[came[node]][node], node))
            node = came[node]
        return steps[::-1]

    def describe(self, cycle):
        """Names the transactions and why they follow each other."""
        parts = []
        for begin, why, end in cycle:
            if end >= 2 * self.transactions or begin // 2 == end // 2:
                continue
            parts.append(f"{why[0]} of {why[1]} to T{end // 2}" if why else f"real time to T{end // 2}")
        return f"T{cycle[0][0] // 2}, " + ", ".join(parts)


def take_until(stack, node):
    """Pops up to and including a node."""
    taken = set()
    while node not in taken:
        taken.add(stack.pop())
    return taken


LEVELS = [("G0, write cycle", {"ww"}), ("G1c, circular information flow", {"ww", "wr"}), ("", {"ww", "wr", "rw"})]


def name_single(analysis, cycle):
    """Tells the two apart that have an rw edge: its reader wrote the key as well, or it did not."""
    for begin, why, _ in cycle:
        if why and why[0] == "rw" and why[1] in analysis.views[begin // 2].appends:
            return "lost update"
    return "G-single, read skew"


def check_lists(transactions, final=None):
    """Complains about what snapshot isolation forbids, and about snapshots that were old when they were taken."""
    analysis = Analysis(transactions, final)
    complaints = analysis.complaints
    dependencies = list(analysis.dependencies())
    told = set()
    for title, kinds in [*LEVELS, ("stale snapshot", None)]:
        graph = Graph(len(transactions))
        for kind, before, after, key in dependencies:
            if kinds is None or kind in kinds:
                graph.add(kind, before, after, key)
        if kinds is None:
            graph.add_real_time(analysis.views, analysis.committed)
        for component in graph.components():
            if told.isdisjoint(component):
                cycle = graph.cycle(component)
                complaints.append(f"{title or name_single(analysis, cycle)}: {graph.describe(cycle)}")
            told |= {node for node in component if node < 2 * len(transactions)}
    return complaints
