#!/usr/bin/env python3
"""Measures Ordinal and PostgreSQL side by side, with pgbench as the client of both. See README.md."""

import argparse
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import report
import servers
import workload

# What a run may take beyond its own seconds, for connecting and for the last transactions.
GRACE_SECONDS = 30


@dataclass(frozen=True)
class Run:
    """One pgbench run. `errors` counts failed transactions and clients that gave up."""

    rate: float
    syncs: float
    cpu_micros: float
    errors: int
    message: str


def found(pattern: str, text: str) -> float:
    match = re.search(pattern, text)
    return float(match.group(1)) if match else 0.0


def settle(server: servers.Server, idle_children: int) -> None:
    """Waits until the backends of the last run are gone, so that all their CPU time has been added up."""
    deadline = time.monotonic() + 2
    while server.child_count() > idle_children and time.monotonic() < deadline:
        time.sleep(0.01)


def pgbench(server: servers.Server, script: Path, protocol: str, transport: str, clients: int, seconds: int) -> Run:
    idle_children = server.child_count()
    cpu, syncs, begin = server.cpu_seconds(), server.syncs(), time.monotonic()
    command = ["pgbench", "-n", "-M", protocol, "-f", str(script), "-c", str(clients), "-j", str(min(clients, 2))]
    command += ["-T", str(seconds), *server.address(transport), "postgres"]
    try:
        result = subprocess.run(
            command, env=servers.CLIENT_ENVIRONMENT, capture_output=True, text=True, timeout=seconds + GRACE_SECONDS
        )
        out, err, status = result.stdout, result.stderr, result.returncode
    except subprocess.TimeoutExpired:
        out, err, status = "", f"pgbench: no end after {seconds + GRACE_SECONDS} seconds", 1
    elapsed, syncs = time.monotonic() - begin, server.syncs() - syncs
    settle(server, idle_children)
    cpu = server.cpu_seconds() - cpu
    done = found(r"transactions actually processed: (\d+)", out)
    failed = int(found(r"number of failed transactions: (\d+)", out))
    aborted = len(re.findall(r"client \d+ (?:script \d+ )?aborted", err))
    errors = failed + max(aborted, int(status != 0))
    complaint = next((line for line in err.splitlines() if "error" in line.lower()), "")
    if failed and not complaint:
        complaint = "serialization failures or deadlocks, counted by pgbench and not retried"
    return Run(
        rate=found(r"tps = ([\d.]+)", out),
        syncs=syncs / elapsed,
        cpu_micros=cpu * 1e6 / max(done + failed, 1),
        errors=errors,
        message=(complaint or err.strip())[:200] if errors else "",
    )


def chosen(text: str, known: list, kind=str) -> list:
    items = [kind(item) for item in text.split(",")]
    unknown = [str(item) for item in items if known and item not in known]
    if unknown:
        raise SystemExit(f"unknown: {', '.join(unknown)}; known: {', '.join(map(str, known))}")
    return items


def arguments() -> argparse.Namespace:
    names = [case.name for case in workload.all_cases()]
    tree = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds")
    parser.add_argument("--seconds", type=int, default=2, help="seconds of one pgbench run")
    parser.add_argument("--cases", default=",".join(names), help="cases, by name")
    parser.add_argument("--clients", default="1,4,16,64", help="numbers of clients")
    parser.add_argument("--protocols", default="prepared,simple")
    parser.add_argument("--transports", default="unix,tcp")
    parser.add_argument("--limit", type=int, default=7200, help="seconds after which no further run starts")
    parser.add_argument("--ordinal", type=Path, default=tree / "build/release/ordinal", help="server binary")
    parser.add_argument("--postgres", type=Path, default=Path("/usr/lib/postgresql/15/bin"), help="its programs")
    parser.add_argument("--directory", type=Path, help="where the data goes, for a choice of disk")
    parser.add_argument("--note", default="", help="a remark to print with the machine")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    options.cases = chosen(options.cases, names)
    options.clients = chosen(options.clients, [], int)
    options.protocols = chosen(options.protocols, ["prepared", "simple"])
    options.transports = chosen(options.transports, ["unix", "tcp"])
    return options


def measure(options: argparse.Namespace, pair: list, cases: dict, scripts: dict) -> dict:
    """All rounds. Both servers take each combination one right after the other, in turns first."""
    keys = [
        (name, protocol, transport, clients)
        for name in options.cases
        for protocol in options.protocols
        for transport in options.transports
        for clients in options.clients
    ]
    results = {key: {server.name: [] for server in pair} for key in keys}
    deadline = time.monotonic() + options.limit
    for turn in range(options.rounds):
        for key in keys:
            if time.monotonic() > deadline:
                print(f"stopped after {options.limit} seconds, in round {turn + 1}", file=sys.stderr)
                return results
            for server in pair if turn % 2 == 0 else reversed(pair):
                if cases[key[0]].reset:
                    server.execute(list(cases[key[0]].reset))
                run = pgbench(server, scripts[key[0]], *key[1:], options.seconds)
                results[key][server.name].append(run)
                print(turn + 1, *key, server.name, f"{run.rate:.0f}/s", run.message, file=sys.stderr, flush=True)
    return results


def compare(options: argparse.Namespace, directory: Path) -> str:
    cases = {case.name: case for case in workload.all_cases()}
    library = servers.build_sync_counter(directory)
    facts = report.machine(options.ordinal, options.postgres, directory)
    facts["Rounds"] = f"{options.rounds} of {options.seconds} s a run"
    if options.note:
        facts["Note"] = options.note
    scripts = {}
    for name in options.cases:
        scripts[name] = directory / f"{name}.sql"
        scripts[name].write_text(cases[name].script)
    pair = []
    try:
        pair.append(servers.start_ordinal(options.ordinal.resolve(), directory / "ordinal", library))
        pair.append(servers.start_postgres(options.postgres, directory / "postgres", library))
        for server in pair:
            server.execute(list(workload.SETUP))
            for name in options.cases:
                if cases[name].setup:
                    server.execute(list(cases[name].setup))
        pair[1].execute(["VACUUM ANALYZE", "CHECKPOINT"])
        return report.render(measure(options, pair, cases, scripts), cases, facts)
    finally:
        for server in pair:
            server.stop()


def main() -> None:
    options = arguments()
    with servers.scratch(options.directory) as directory:
        text = compare(options, directory)
    print(text)
    if options.write:
        report.write(text)


if __name__ == "__main__":
    main()
