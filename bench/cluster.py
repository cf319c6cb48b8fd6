#!/usr/bin/env python3
"""Measures nodes over etcd against etcd itself, all on this machine. See README.md, "Nodes over etcd"."""

import argparse
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import cluster_report
import report
import servers
import workload

TREE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TREE / "tools"))

from local_cluster import Cluster, stop_all  # noqa: E402

# What a run may take beyond its own seconds, for connecting and for the last transactions.
GRACE_SECONDS = 60
NODES = 3
PUT = "put"
SWAP = "swap"


@dataclass(frozen=True)
class Run:
    """One run of one case. Latencies are of the operations that succeeded; commits are revisions of etcd."""

    operations: int
    rate: float
    median_micros: float
    p99_micros: float
    commits: float
    calls: float
    errors: int
    message: str
    lost: int = 0


@dataclass(frozen=True)
class Case:
    """What pgbench sends. {name} is a new name for each run, so that none works on what another left."""

    name: str
    title: str
    script: str
    setup: str


def identity_case(name: str, title: str, source: str, cache: int) -> Case:
    return Case(
        f"{name}-{cache}",
        f"{title}, CACHE {cache}",
        f"INSERT INTO {{name}} (payload) {source};\n",
        f"CREATE TABLE {{name}} (id bigint GENERATED ALWAYS AS IDENTITY (CACHE {cache}) PRIMARY KEY, payload text)",
    )


def all_cases() -> list[Case]:
    one_row = f"VALUES ('{workload.PAYLOAD}')"
    values = "VALUES " + ", ".join([f"('{workload.PAYLOAD}')"] * workload.ROWS)
    select = f"SELECT '{workload.PAYLOAD}' FROM generate_series(1, {workload.ROWS})"
    cases = []
    for cache in (1, 65536):
        create = f"CREATE SEQUENCE {{name}} CACHE {cache}"
        cases.append(Case(f"nextval-{cache}", f"nextval, CACHE {cache}", "SELECT nextval('{name}');\n", create))
    for name, title, source in (
        ("insert", "INSERT of one row", one_row),
        ("values", "INSERT of 1,000 rows by VALUES", values),
        ("select", "INSERT of 1,000 rows by SELECT", select),
    ):
        cases += [identity_case(name, title, source, cache) for cache in (1, 65536)]
    return cases


def fetch(url: str, body: bytes | None = None) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, data=body), timeout=30) as answer:
        return answer.read()


class Meter:
    """Counts what etcd has done: revisions, and calls of clients as its members have counted them."""

    CALLS = re.compile(rb'grpc_server_handled_total\{[^}]*grpc_method="(?:Range|Txn|Put|DeleteRange)"[^}]*\} (\S+)')

    def __init__(self, ports: list[int]):
        self._addresses = [f"http://127.0.0.1:{port}" for port in ports]
        self._before = self._read()

    def _read(self) -> tuple[int, float]:
        header = json.loads(fetch(self._addresses[0] + "/v3/kv/range", b'{"key": "AA=="}'))["header"]
        counts = [self.CALLS.findall(fetch(address + "/metrics")) for address in self._addresses]
        return int(header["revision"]), sum(float(count) for member in counts for count in member)

    def since(self) -> tuple[int, float]:
        """Commits and calls since this meter was made."""
        after = self._read()
        return after[0] - self._before[0], after[1] - self._before[1]


def quantile(ordered: list[int], share: float) -> float:
    return float(ordered[int(share * (len(ordered) - 1))]) if ordered else 0.0


class Bench:
    """One cluster with its load generators, from its start to its end."""

    def __init__(self, options: argparse.Namespace, directory: Path):
        self.options = options
        self.directory = directory
        self.cluster = Cluster(directory, NODES, options.ordinal.resolve(), ["--profile", "postgresql"])
        self.runs = 0

    def etcd_load(self, mode: str, clients: int) -> Run:
        self.runs += 1
        endpoints = ",".join(f"127.0.0.1:{port}" for port in self.cluster.ports.clients)
        command = [str(self.options.etcd_load), mode, "--endpoints", endpoints, "--clients", str(clients)]
        command += ["--seconds", str(self.options.seconds), "--prefix", f"bench/{self.runs}/"]
        meter = Meter(self.cluster.ports.clients)
        done = subprocess.run(command, capture_output=True, text=True, timeout=self.options.seconds + GRACE_SECONDS)
        if done.returncode != 0:
            raise SystemExit(f"etcd_load: {done.stderr.strip()}")
        told = json.loads(done.stdout)
        commits, calls = meter.since()
        count = max(told["operations"], 1)
        return Run(
            operations=told["operations"],
            rate=told["rate"],
            median_micros=told["median_micros"],
            p99_micros=told["p99_micros"],
            commits=commits / count,
            calls=calls / count,
            errors=told["failed"],
            message=done.stderr.strip(),
            lost=told["lost"],
        )

    def execute(self, statement: str) -> None:
        done = subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *self.address(0), "-c", statement, "postgres"],
            env=servers.CLIENT_ENVIRONMENT, capture_output=True, text=True, timeout=GRACE_SECONDS,
        )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"{statement}: {done.stderr.strip()}")

    def address(self, node: int) -> list[str]:
        return ["-h", "127.0.0.1", "-p", str(self.cluster.ports.nodes[node]), "-U", "admin"]

    def pgbench(self, case: Case, clients: int) -> Run:
        """Runs the case with the clients spread over the nodes, one pgbench for each node that has any."""
        self.runs += 1
        name = f"bench_{self.runs}"
        script = self.directory / "script.sql"
        script.write_text(case.script.format(name=name))
        self.execute(case.setup.format(name=name))
        shares = [clients // NODES + (node < clients % NODES) for node in range(NODES)]
        meter = Meter(self.cluster.ports.clients)
        running = [self._start(node, share, script, name) for node, share in enumerate(shares) if share]
        outputs = [self._await(process) for process in running]
        commits, calls = meter.since()
        return self._summary(name, outputs, commits, calls)

    def _start(self, node: int, clients: int, script: Path, name: str) -> subprocess.Popen:
        command = ["pgbench", "-n", "-M", "prepared", "-f", str(script), "-c", str(clients)]
        command += ["-T", str(self.options.seconds), "-l", "--log-prefix", str(self.directory / f"{name}_{node}")]
        return subprocess.Popen(
            [*command, *self.address(node), "postgres"], env=servers.CLIENT_ENVIRONMENT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _await(self, process: subprocess.Popen) -> tuple[str, str]:
        try:
            return process.communicate(timeout=self.options.seconds + GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return out, err + "\npgbench: error: no end in time"

    def _summary(self, name: str, outputs: list[tuple[str, str]], commits: int, calls: float) -> Run:
        out = "\n".join(out for out, _ in outputs)
        err = "\n".join(err for _, err in outputs)
        micros = []
        for log in self.directory.glob(f"{name}_*"):
            words = (line.split(" ", 3)[2] for line in log.read_text().splitlines())
            micros += [int(word) for word in words if word.isdigit()]
            log.unlink()
        micros.sort()
        failed = sum(int(count) for count in re.findall(r"number of failed transactions: (\d+)", out))
        aborted = len(re.findall(r"client \d+ (?:script \d+ )?aborted|no end in time", err))
        complaint = next((line for line in err.splitlines() if "error" in line.lower()), "")
        if failed and not complaint:
            complaint = "serialization failures, counted by pgbench and not retried"
        return Run(
            operations=len(micros),
            rate=sum(float(rate) for rate in re.findall(r"tps = ([\d.]+)", out)),
            median_micros=quantile(micros, 0.5),
            p99_micros=quantile(micros, 0.99),
            commits=commits / max(len(micros), 1),
            calls=calls / max(len(micros), 1),
            errors=failed + aborted,
            message=complaint[:200],
        )


def measure_round(options: argparse.Namespace, cases: list[Case], turn: int, deadline: float, results: dict) -> None:
    """One round with a new cluster: for each number of clients, etcd itself and then each case."""
    directory = Path(tempfile.mkdtemp(prefix="bench-cluster-", dir=options.directory))
    bench = Bench(options, directory)
    try:
        bench.cluster.start()
        for clients in options.clients:
            for name in [PUT, SWAP, *cases]:
                if time.monotonic() > deadline:
                    return
                run = bench.pgbench(name, clients) if isinstance(name, Case) else bench.etcd_load(name, clients)
                label = name.name if isinstance(name, Case) else name
                results.setdefault((label, clients), []).append(run)
                print(turn, label, clients, f"{run.rate:.0f}/s", run.message, file=sys.stderr, flush=True)
    finally:
        stop_all(bench.cluster.nodes)
        stop_all(bench.cluster.members)
        servers.remove(directory)


def arguments() -> argparse.Namespace:
    names = [case.name for case in all_cases()]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="rounds, each with a new cluster")
    parser.add_argument("--seconds", type=int, default=3, help="seconds of one run")
    parser.add_argument("--cases", default=",".join(names), help="cases, by name")
    parser.add_argument("--clients", default="1,4,16,64", help="numbers of clients")
    parser.add_argument("--limit", type=int, default=3600, help="seconds after which no further run starts")
    parser.add_argument("--ordinal", type=Path, default=TREE / "build/release/ordinal", help="node's binary")
    parser.add_argument("--etcd-load", type=Path, default=TREE / "build/release/etcd_load", help="etcd's load generator")
    parser.add_argument("--directory", type=Path, help="where the data goes, for a choice of disk")
    parser.add_argument("--note", default="", help="a remark to print with the machine")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    options.clients = [int(count) for count in options.clients.split(",")]
    unknown = set(options.cases.split(",")) - set(names)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(names)}")
    return options


def main() -> None:
    options = arguments()
    # Ends like an interrupt from the keyboard, so that all processes are stopped and the data is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    cases = [case for case in all_cases() if case.name in options.cases.split(",")]
    facts = report.host(options.directory or Path(tempfile.gettempdir()), "members, nodes and load generators")
    facts["Ordinal"] = report.output(str(options.ordinal), "--version")
    facts["etcd"] = report.output("etcd", "--version").splitlines()[0]
    facts["Rounds"] = f"{options.rounds} of {options.seconds} s a run"
    if options.note:
        facts["Note"] = options.note
    results: dict = {}
    deadline = time.monotonic() + options.limit
    for turn in range(1, options.rounds + 1):
        measure_round(options, cases, turn, deadline, results)
    text = cluster_report.render(results, {case.name: case.title for case in cases}, facts)
    print(text)
    if options.write:
        report.write(text, cluster_report.BEGIN, cluster_report.END)


if __name__ == "__main__":
    main()
