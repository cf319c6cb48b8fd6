#!/usr/bin/env python3
"""Runs three etcd members and N Ordinal nodes over them on this machine, for trying things out.

    script/cluster N                 start, and stay in the foreground; N may be 0, for the members alone
    script/cluster N -- --profile postgresql       what follows -- goes to `ordinal serve` of each node
    script/cluster stop              end the one that runs in the directory

Each member and node has a directory with its log. Ports are chosen at the first start and kept in ports.json, since the
members know each other by them. A process that ends by itself is started again after a pause, as systemd would.
Ctrl-C or SIGTERM stops the nodes first, then the members.
"""

import argparse
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

MEMBERS = 3
START_SECONDS = 180
STOP_SECONDS = 30
RESTART_SECONDS = 2.0
PORT_SECONDS = 15.0
# docs/operations.md says what each is for.
ETCD_FLAGS = [
    "--max-txn-ops=20000",
    "--max-request-bytes=16777216",
    "--auto-compaction-mode=periodic",
    "--auto-compaction-retention=10m",
    "--quota-backend-bytes=8589934592",
    "--logger=zap",
]


class Refused(Exception):
    """Says in one line why nothing was started."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Ports:
    """The ports of this directory, remembered in ports.json. Members have two each: for clients and for each other."""

    def __init__(self, directory: Path, base: int | None):
        self._path = directory / "ports.json"
        self._base = base
        kept = json.loads(self._path.read_text()) if self._path.exists() else {}
        self.clients: list[int] = kept.get("clients", [])
        self.peers: list[int] = kept.get("peers", [])
        self.nodes: list[int] = kept.get("nodes", [])
        if base is not None and kept and base != kept["base"]:
            raise Refused(f"the ports in {self._path} began at {kept['base']}; remove the directory to choose others")
        self._base = kept.get("base", base or 24100)

    def provide(self, nodes: int) -> None:
        """Chooses what is missing, checks that what is needed is free, and remembers it."""
        used = {*self.clients, *self.peers, *self.nodes}
        for ports, count in ((self.clients, MEMBERS), (self.peers, MEMBERS), (self.nodes, nodes)):
            for port in ports[:count]:
                self._await_free(port)
            while len(ports) < count:
                ports.append(self._next(used))
        kept = {"base": self._base, "clients": self.clients, "peers": self.peers, "nodes": self.nodes}
        self._path.write_text(json.dumps(kept) + "\n")

    def _await_free(self, port: int) -> None:
        """Waits a little: when this program was killed, what it had started takes a moment to end."""
        deadline = time.monotonic() + PORT_SECONDS
        while not is_free(port):
            if time.monotonic() > deadline:
                raise Refused(f"port {port} of {self._path} is in use by another program")
            time.sleep(0.1)

    def _next(self, used: set[int]) -> int:
        for port in range(self._base, 65536):
            if port not in used and is_free(port):
                used.add(port)
                return port
        raise Refused(f"no port is free from {self._base} on")


@dataclass
class Program:
    """One member or node. `process` is the running one; `begun` is when it was started, by the monotonic clock."""

    name: str
    directory: Path
    command: list[str]
    process: subprocess.Popen | None = None
    begun: float = 0.0
    pause: float = RESTART_SECONDS
    log_offset: int = field(default=0)

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.log_offset = self.log.stat().st_size if self.log.exists() else 0
        self.begun = time.monotonic()
        with self.log.open("ab") as log:
            # A session of its own keeps Ctrl-C from it, so that nodes end before members; setpriv ends it when this
            # program is killed.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *self.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        """What it has written to its log since it was started."""
        with self.log.open("rb") as log:
            log.seek(self.log_offset)
            return log.read().decode(errors="replace")

    def last_words(self) -> str:
        return "\n".join(self.said().strip().splitlines()[-5:])


def stop_all(programs: list[Program]) -> None:
    """SIGTERM to all at once, then SIGKILL to those that have not ended in time."""
    running = [program for program in programs if program.is_running()]
    for program in running:
        program.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for program in running:
        try:
            program.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"{program.name} did not end in {STOP_SECONDS} s and is killed", file=sys.stderr)
            program.process.kill()
            program.process.wait()


def members_of(directory: Path, ports: Ports) -> list[Program]:
    peers = ",".join(f"member{i + 1}=http://127.0.0.1:{port}" for i, port in enumerate(ports.peers))
    members = []
    for index in range(MEMBERS):
        client, peer = (f"http://127.0.0.1:{kind[index]}" for kind in (ports.clients, ports.peers))
        home = directory / f"member{index + 1}"
        command = ["etcd", "--name", f"member{index + 1}", "--data-dir", str(home / "data")]
        command += ["--listen-client-urls", client, "--advertise-client-urls", client]
        command += ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer]
        command += ["--initial-cluster", peers, "--initial-cluster-token", "ordinal", "--initial-cluster-state", "new"]
        members.append(Program(f"member{index + 1}", home, command + ETCD_FLAGS))
    return members


def store_url(ports: Ports) -> str:
    return "etcd://" + ",".join(f"127.0.0.1:{port}" for port in ports.clients)


def nodes_of(directory: Path, ports: Ports, count: int, binary: Path, extra: list[str]) -> list[Program]:
    nodes = []
    for index in range(count):
        home = directory / f"node{index + 1}"
        command = [str(binary), "serve", "--store", store_url(ports), "--socket-dir", ""]
        command += ["--listen", f"127.0.0.1:{ports.nodes[index]}", *extra]
        nodes.append(Program(f"node{index + 1}", home, command))
    return nodes


def member_is_healthy(port: int) -> bool:
    """Whether the member can reach a leader. The proxies of the environment are none of its business."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return json.load(answer).get("health") in ("true", True)
    except (OSError, urllib.error.URLError, ValueError):
        return False


class Cluster:
    """The processes of one directory. start() and stop() are enough for who watches them in another way."""

    def __init__(self, directory: Path, nodes: int, binary: Path, extra: list[str], base_port: int | None = None):
        self.ports = Ports(directory, base_port)
        self.ports.provide(nodes)
        self.members = members_of(directory, self.ports)
        self.nodes = nodes_of(directory, self.ports, nodes, binary, extra)
        self.stopping = False

    def await_all(self, programs: list[Program], is_ready) -> None:
        """Waits until each is ready; throws Refused when one ends or the time is over."""
        deadline = time.monotonic() + START_SECONDS
        for index, program in enumerate(programs):
            while not self.stopping and not is_ready(index):
                if not program.is_running():
                    raise Refused(f"{program.name} ended; the end of {program.log}:\n{program.last_words()}")
                if time.monotonic() > deadline:
                    raise Refused(f"{program.name} is not ready after {START_SECONDS} s, see {program.log}")
                time.sleep(0.05)

    def start(self) -> None:
        for member in self.members:
            member.start()
        self.await_all(self.members, lambda index: member_is_healthy(self.ports.clients[index]))
        # One after another: on an empty store, the first makes what all need.
        for node in self.nodes:
            if self.stopping:
                return
            node.start()
            self.await_all([node], lambda _, node=node: " ready: " in node.said())

    def report(self) -> None:
        print(f"store    {store_url(self.ports)}")
        print(f"etcdctl  ETCDCTL_API=3 etcdctl --endpoints {store_url(self.ports).removeprefix('etcd://')} endpoint status")
        for program in self.members:
            print(f"{program.name:8} pid {program.process.pid}, log {program.log}")
        for index, program in enumerate(self.nodes):
            print(f"{program.name:8} pid {program.process.pid}, log {program.log}")
            print(f"         psql -h 127.0.0.1 -p {self.ports.nodes[index]} -U admin postgres")
        print("Ctrl-C or `script/cluster stop` ends it. A process that you kill is started again.", flush=True)

    def watch(self) -> None:
        while not self.stopping:
            for program in [*self.members, *self.nodes]:
                self.revive(program)
            time.sleep(0.2)

    def revive(self, program: Program) -> None:
        """Starts what has ended again, after a pause that doubles while it does not stay up."""
        if program.process is not None and program.process.poll() is not None:
            lived = time.monotonic() - program.begun
            program.pause = RESTART_SECONDS if lived > 60 else min(program.pause * 2, 60.0)
            print(f"{program.name} ended with status {program.process.returncode}", file=sys.stderr, flush=True)
            program.process = None
            program.begun = time.monotonic()
        elif program.process is None and time.monotonic() - program.begun > program.pause:
            program.start()
            print(f"{program.name} started again, pid {program.process.pid}", file=sys.stderr, flush=True)

    def stop(self) -> None:
        stop_all(self.nodes)
        stop_all(self.members)


def locked(path: Path):
    """The pid file, held under a lock for as long as this process lives; None when another holds it."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def serve(options: argparse.Namespace) -> None:
    directory = options.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    pid_path = directory / "pid"
    pid_file = locked(pid_path)
    if pid_file is None:
        raise Refused(f"already running in {directory}, pid {pid_path.read_text().strip()}; see `script/cluster stop`")
    pid_file.truncate(0)
    pid_file.write(f"{os.getpid()}\n")
    pid_file.flush()
    cluster = Cluster(directory, int(options.what), options.binary, options.serve, options.base_port)

    def end(*_) -> None:
        cluster.stopping = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        cluster.start()
        if not cluster.stopping:
            cluster.report()
        cluster.watch()
    finally:
        cluster.stop()
        pid_file.truncate(0)
    print("stopped")


def stop(options: argparse.Namespace) -> None:
    pid_path = options.directory.resolve() / "pid"
    if not pid_path.exists() or locked(pid_path) is not None:
        raise Refused(f"nothing runs in {options.directory}")
    # Whoever holds the lock wrote its pid, so this is no stranger.
    os.kill(int(pid_path.read_text()), signal.SIGTERM)
    deadline = time.monotonic() + 2 * STOP_SECONDS + START_SECONDS
    while locked(pid_path) is None:
        if time.monotonic() > deadline:
            raise Refused(f"pid {pid_path.read_text().strip()} does not end")
        time.sleep(0.05)


def arguments(words: list[str]) -> argparse.Namespace:
    tree = Path(__file__).resolve().parent.parent
    cut = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        prog="script/cluster", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", help="the number of nodes, or `stop`")
    parser.add_argument("--directory", type=Path, default=tree / "cluster", help="data, logs and ports [./cluster]")
    parser.add_argument("--base-port", type=int, help="the first port to try at the first start [24100]")
    parser.add_argument("--binary", type=Path, default=tree / "build/release/ordinal", help=argparse.SUPPRESS)
    options = parser.parse_args(words[:cut])
    options.serve = words[cut + 1 :]
    if options.what != "stop" and not (options.what.isdigit() and int(options.what) <= 100):
        parser.error("the first argument is a number of nodes up to 100, or `stop`")
    return options


def main() -> None:
    options = arguments(sys.argv[1:])
    try:
        stop(options) if options.what == "stop" else serve(options)
    except Refused as reason:
        sys.exit(f"script/cluster: {reason}")


if __name__ == "__main__":
    main()
