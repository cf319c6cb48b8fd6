#!/usr/bin/python3
"""Runs script/cluster as a user would: starts it, uses it, kills what it started, stops it, and starts it again.

    tests/server/local_cluster.py [--binary PROGRAM]

The last line counts checks; the exit status is 1 when one failed.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from harness import pgwire, servers  # noqa: E402
from harness.checks import Checks  # noqa: E402

PROGRAM = ROOT / "tools" / "local_cluster.py"
NODES = 2
SECONDS = 300


class Starter:
    """The program behind script/cluster, which installs and builds before."""

    def __init__(self, binary, directory):
        self.binary = binary
        self.directory = directory
        self.process = None
        self.output = directory.with_suffix(".out")
        self.began_at = 0  # in the output, of the newest run

    def run(self, *arguments):
        return subprocess.run([sys.executable, PROGRAM, *arguments, "--directory", self.directory, "--binary", self.binary],
                              capture_output=True, text=True, timeout=SECONDS, check=False)

    def start(self):
        self.began_at = self.output.stat().st_size if self.output.exists() else 0
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen([sys.executable, PROGRAM, str(NODES), "--directory", self.directory,
                                             "--binary", self.binary], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.await_text(r"Ctrl-C")

    def said(self):
        return self.output.read_bytes()[self.began_at:].decode()

    def await_text(self, pattern):
        deadline = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self.said())):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"script/cluster did not say {pattern}:\n{self.said()}")
            time.sleep(0.05)
        return found

    def pids(self):
        """Of what it started last, by name."""
        pairs = re.findall(r"(?m)^((?:node|member)\d).* pid (\d+)", self.said())
        return {name: int(pid) for name, pid in pairs}

    def ports(self):
        return json.loads((self.directory / "ports.json").read_text())

    def connect(self, node):
        return pgwire.Connection(port=self.ports()["nodes"][node])

    def end(self):
        """Ends what a failed check left running."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(SECONDS)


def is_alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def await_end(pids):
    """Those of the processes that do not end in time."""
    deadline = time.monotonic() + SECONDS
    while (alive := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive


def check_use(checks, starter):
    starter.start()
    checks.expect("all processes are named", len(starter.pids()) == NODES + 3, starter.said())
    with starter.connect(0) as session:
        session.one("CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY, word text)")
        session.one("INSERT INTO t (word) VALUES ('kept')")
    with starter.connect(1) as session:
        word = session.value("SELECT word FROM t")
        checks.expect("the other node reads it", word == "kept", word)


def check_refusals(checks, starter):
    second = starter.run(str(NODES))
    checks.expect("a second start", second.returncode == 1 and "already running" in second.stderr, second)
    other_ports = starter.run(str(NODES), "--base-port", "40000")
    checks.expect("a second start with other ports", "already running" in other_ports.stderr, other_ports)


def check_revival(checks, starter):
    old = starter.pids()
    for name in ("node2", "member1"):
        os.kill(old[name], signal.SIGKILL)
        starter.await_text(rf"{name} started again")
    checks.expect("killed ones run again", starter.pids()["node2"] != old["node2"], starter.said())
    log = starter.directory / "node2" / "log"
    deadline = time.monotonic() + SECONDS
    while log.read_text().count(" ready: ") < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    with starter.connect(1) as session:
        checks.expect("and answer", session.value("SELECT count(*) FROM t") == "1")


def check_stop(checks, starter):
    pids = list(starter.pids().values())
    stopped = starter.run("stop")
    checks.expect("stop", stopped.returncode == 0, stopped)
    checks.expect("nothing is left", not await_end(pids), pids)
    checks.expect("its own status is 0", starter.process.wait(SECONDS) == 0, starter.said())
    again = starter.run("stop")
    checks.expect("nothing to stop", again.returncode == 1 and "nothing runs" in again.stderr, again)


def check_second_start(checks, starter):
    ports = starter.ports()
    starter.start()
    checks.expect("the ports are kept", starter.ports() == ports, starter.ports())
    with starter.connect(1) as session:
        word = session.value("SELECT word FROM t")
        checks.expect("the data is kept", word == "kept", word)


def check_kill(checks, starter):
    """What it started does not outlive it, whatever ends it; and the directory can be used again."""
    pids = list(starter.pids().values())
    starter.process.kill()
    starter.process.wait()
    checks.expect("killed with its processes", not await_end(pids), pids)
    starter.start()
    starter.process.send_signal(signal.SIGINT)
    checks.expect("Ctrl-C", starter.process.wait(SECONDS) == 0, starter.said())
    checks.expect("nothing is left after Ctrl-C", not await_end(starter.pids().values()), starter.pids())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", default=os.environ.get("ORDINAL_BINARY") or servers.DEFAULT_BINARY)
    options = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="ordinal-cluster-") as scratch:
        starter = Starter(options.binary, pathlib.Path(scratch) / "cluster")
        try:
            for check in (check_use, check_refusals, check_revival, check_stop, check_second_start, check_kill):
                check(checks, starter)
        finally:
            starter.end()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
