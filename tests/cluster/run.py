#!/usr/bin/python3
"""Breaks nodes and etcd members while clients work, and checks that what the clients saw is what was promised.

    tests/cluster/run.py --seconds 1200 --seed 7
    tests/cluster/run.py --faults kill-node,lose-answers --seconds 60
    tests/cluster/run.py --store memory --seconds 10

Every fault of the list happens once, in an order that the seed gives, and then some of them again, at times two at once,
until the time is over. After each, every node must work again. With `--store memory` or `rocksdb` one server stands for
all nodes, to try the workloads. The last line counts the checks; the exit status is 1 when one failed. What clients saw is
kept when one did.
"""

import argparse
import collections
import contextlib
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import faults  # noqa: E402
import workloads  # noqa: E402
from client import GONE, Client  # noqa: E402
from harness import etcd, nodes, pgwire, proxy  # noqa: E402
from history import History  # noqa: E402

LEASE_SECONDS = 2  # of nodes; the least that they take
WORK_SECONDS = 45  # within which every node must work again after a fault
JOIN_SECONDS = 60
REGISTRY_SECONDS = 15  # more than the leases of nodes that were killed
QUIET_SECONDS = (0.3, 1.5)  # of work between two faults
FAULT_SECONDS = (1, 4)
COMPLAINTS_SHOWN = 10
COMPLAINT_MAX = 2500  # characters


class Run:
    def __init__(self, world, options):
        self.world = world
        self.options = options
        self.numbers = random.Random(options.seed)
        self.history = History()
        self.loads = [load(self.history) for load in workloads.LOADS]
        self.probe = workloads.Probe(self.history)
        self.injected = collections.Counter()
        self.stopping = threading.Event()
        self.clients = []
        self.passed = self.failed = 0

    def judge(self, what, complaints):
        if not complaints:
            self.passed += 1
            return
        self.failed += 1
        lines = [text[:COMPLAINT_MAX] for text in complaints[:COMPLAINTS_SHOWN]]
        if len(complaints) > len(lines):
            lines.append(f"and {len(complaints) - len(lines)} more")
        print(f"FAIL {what} (seed {self.options.seed}):\n    " + "\n    ".join(lines), flush=True)

    def set_up(self):
        for node in self.world.nodes if self.options.apart else self.world.nodes[:1]:
            with node.connect() as session:
                for load in [*self.loads, self.probe]:
                    load.setup(session)

    def start_clients(self):
        for load in self.loads:
            pairs = [(node, step) for node in self.world.nodes for step in load.steps() * self.options.clients]
            pairs += [(self.numbers.choice(self.world.nodes), step) for step in load.single()]
            self.clients += [Client(node, self.history, step, self.numbers.random(), self.stopping) for node, step in pairs]
        for client in self.clients:
            client.start()

    def stop_clients(self):
        self.stopping.set()
        for client in self.clients:
            client.join(timeout=JOIN_SECONDS)
        return [f"{client.name} hangs" for client in self.clients if client.is_alive()]

    def inject(self, names):
        """Lets some faults happen at once, undoes them, and sees that all nodes work again."""
        seconds = self.numbers.uniform(*FAULT_SECONDS)
        told = []
        self.world.together = len(names) > 1
        for name in names:
            outcome = faults.FAULTS[name](self.world, self.numbers)
            what, wanted = outcome if isinstance(outcome, tuple) else (outcome, seconds)
            seconds = max(seconds, wanted) if wanted else 0
            told.append(f"{name} ({what})")
            self.injected[name] += 1
        time.sleep(seconds)
        self.break_held()
        died = self.world.dead_by_themselves()
        logs = [f"{node.node} died by itself: {node.log()[-2000:]}" for node in died]
        self.world.heal()
        started = time.monotonic()
        sick = self.find_sick()
        print(f"{', '.join(told)}, {seconds:.1f} s; all nodes worked {time.monotonic() - started:.1f} s after its end", flush=True)
        self.judge(f"work after {', '.join(told)}", logs + sick)
        time.sleep(self.numbers.uniform(*QUIET_SECONDS))

    def break_held(self):
        """What was held back arrives late, or never: connections of some nodes break before the way is free again."""
        for node in self.world.nodes:
            if self.world.store and self.numbers.random() < 0.5:
                self.world.store.set_client(node.node, proxy.Rule(proxy.CUT))

    def find_sick(self):
        """Asks every node for a value and a row, again and again. Returns complaints about those that do not answer in time."""
        deadline = time.monotonic() + WORK_SECONDS
        sick = []
        for node in self.world.nodes:
            client = Client(node, self.history, self.probe.probe, self.numbers.random(), self.stopping)
            while (problem := self.try_probe(client)) and time.monotonic() < deadline:
                time.sleep(0.1)
            client.disconnect()
            if problem:
                sick.append(f"{node.node} does not work after {WORK_SECONDS} s: {problem}\n{node.log()[-2000:]}")
        return sick

    def try_probe(self, client):
        try:
            client.connect()
            self.probe.probe(client)
            return None
        except pgwire.DatabaseError as error:
            client.recover(error)
            return str(error)
        except GONE as error:
            client.disconnect()
            return f"{type(error).__name__}: {error}"

    def break_things(self):
        names = list(self.options.faults)
        deadline = time.monotonic() + self.options.seconds
        self.numbers.shuffle(names)
        for name in names:
            self.inject([name])
        while time.monotonic() < deadline:
            count = 2 if names and self.numbers.random() < 0.3 else 1
            if names:
                self.inject(self.numbers.sample(names, min(count, len(names))))
            else:
                time.sleep(0.1)

    def check_registry(self):
        """In the end sys.nodes shows the nodes that run, on each of them, and none that was killed."""
        if not self.world.store:
            return
        for node in self.world.nodes:
            with node.connect() as session:
                deadline = time.monotonic() + REGISTRY_SECONDS
                while (shown := int(session.value("SELECT count(*) FROM sys.nodes"))) != len(self.world.nodes):
                    if time.monotonic() > deadline:
                        break
                    time.sleep(0.1)
            self.judge(f"sys.nodes on {node.node}", [] if shown == len(self.world.nodes) else
                       [f"{shown} nodes after {REGISTRY_SECONDS} s"])

    def check(self):
        with contextlib.ExitStack() as stack:
            sessions = {node.node: stack.enter_context(node.connect()) for node in self.world.nodes}
            for load in [*self.loads, self.probe]:
                load.check(sessions, self.judge)

    def run(self):
        self.set_up()
        self.start_clients()
        try:
            self.break_things()
        finally:
            hanging = self.stop_clients()
        self.judge("sessions", self.history.complaints + hanging)
        self.judge("sanitizers", [report for node in self.world.nodes if (report := node.sanitizer_report())])
        self.check_registry()
        self.check()

    def report(self):
        outcomes = collections.Counter((type(o).__name__, o.outcome) for o in self.history.operations)
        kinds = sorted({kind for kind, _ in outcomes})
        for kind in kinds:
            print(f"{kind}: " + ", ".join(f"{outcomes[kind, outcome]} {outcome}" for outcome in
                                          ("committed", "rolled back", "unknown") if outcomes[kind, outcome]))
        print("errors: " + (", ".join(f"{count} of {state}" for state, count in self.history.errors.most_common()) or "none"))
        print("faults: " + (", ".join(f"{count} {name}" for name, count in sorted(self.injected.items())) or "none"))
        if self.failed and not self.options.keep_nothing:
            path = pathlib.Path(tempfile.mkdtemp(prefix="cluster-history-")) / "history.jsonl"
            self.history.write(path)
            print(f"what clients saw is in {path}")


def build_world(options, stack):
    """Starts the store and its nodes; they end with the stack."""
    if options.store != "etcd":
        return faults.World([stack.enter_context(nodes.Node(f"n{number}", binary=options.binary, store=options.store,
                                                            profile=options.profile))
                             for number in range(1, options.nodes + 1 if options.apart else 2)])
    network = stack.enter_context(proxy.Network())
    clocks = stack.enter_context(nodes.Clocks())
    store = stack.enter_context(etcd.Cluster(network, options.members, small_disk=etcd.can_mount()))
    some = []
    for number in range(1, options.nodes + 1):
        name = f"n{number}"
        some.append(stack.enter_context(nodes.Node(
            name, binary=options.binary, store="etcd://" + ",".join(store.endpoints(name)), profile=options.profile,
            arguments=["--node-lease", str(LEASE_SECONDS)], environment=clocks.environment(name))))
    return faults.World(some, store, clocks, LEASE_SECONDS)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", help="the ordinal program (default: ORDINAL_BINARY or build/release/ordinal)")
    parser.add_argument("--store", choices=["etcd", "memory", "rocksdb"], default="etcd")
    parser.add_argument("--profile", default="aurora_dsql")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--members", type=int, default=3)
    parser.add_argument("--clients", type=int, default=1, help="of each kind on each node")
    parser.add_argument("--seconds", type=float, default=60, help="how long it goes on, if the faults do not take longer")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--faults", default=",".join(faults.FAULTS), type=lambda text: text.split(",") if text else [],
                        help="which of: " + ", ".join(faults.FAULTS))
    parser.add_argument("--keep-nothing", action="store_true", help="write no history where a check failed")
    parser.add_argument("--apart", action="store_true",
                        help="plant a bug: nodes of memory or rocksdb, each with data of its own. The run must fail")
    options = parser.parse_args()
    if options.apart and options.store == "etcd":
        parser.error("--apart needs --store memory or rocksdb")
    if unknown := set(options.faults) - set(faults.FAULTS):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    return options


def leave_out_missing(options, world):
    left_out = collections.defaultdict(list)
    for name in list(options.faults):
        reason = faults.missing_for(name, world)
        if options.store == "memory" and name in ("kill-node", "restart-nodes"):
            reason = "it would forget all"
        if reason:
            left_out[reason].append(name)
            options.faults.remove(name)
    for reason, names in left_out.items():
        print(f"without {', '.join(names)}: {reason}")


def main():
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # so that nodes and members go too
    print(f"seed {options.seed}", flush=True)
    with contextlib.ExitStack() as stack:
        world = build_world(options, stack)
        leave_out_missing(options, world)
        run = Run(world, options)
        try:
            run.run()
        except (RuntimeError, pgwire.DatabaseError, *GONE) as error:
            run.judge("the run", [f"{type(error).__name__}: {error}"])
        run.report()
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
