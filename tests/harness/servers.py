"""Starts and stops the servers that tests talk to: an Ordinal, and a PostgreSQL 15 beside it.

Both listen on a free port of 127.0.0.1 and on a Unix-domain socket in a directory of their own, which goes away with
them. Processes are ended by their id.
"""

import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from harness import pgwire

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_BINARY = ROOT / "build" / "release" / "ordinal"
START_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """What both have in common. Use as a context manager, or call start() and stop()."""

    user = "admin"
    database = "postgres"

    def __init__(self):
        self.port = None
        self.process = None
        self.directory = None
        self.log_path = None

    def connect(self, unix=False, **words):
        words.setdefault("user", self.user)
        words.setdefault("database", self.database)
        host = str(self.directory) if unix else "127.0.0.1"
        return pgwire.Connection(host=host, port=self.port, **words)

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with status {self.process.returncode}:\n{self.log()}")
            try:
                self.connect(timeout=5).close()
                return
            except (OSError, pgwire.ConnectionClosed, pgwire.DatabaseError) as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{self.name} does not answer: {error}\n{self.log()}") from error
            time.sleep(0.02)

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path and self.log_path.exists() else ""

    def sanitizer_report(self):
        """Returns what a sanitizer wrote to the log, if any: where there is one, an exit status of 0 means nothing."""
        report = re.search(r"^.*(?:(?:ERROR|WARNING): \w+Sanitizer|: runtime error: ).*", self.log(), re.MULTILINE | re.DOTALL)
        return report[0] if report else None

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """Ends the process as a crash would."""
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Ordinal(Server):
    """An `ordinal serve`. start() may be called again after stop_process() or kill(): the data is kept until stop()."""

    name = "ordinal"

    def __init__(self, binary=None, store="memory", profile="aurora_dsql", arguments=(), environment=None):
        super().__init__()
        self.binary = pathlib.Path(binary or os.environ.get("ORDINAL_BINARY") or DEFAULT_BINARY)
        self.store = store
        self.profile = profile
        self.arguments = list(arguments)
        self.environment = environment

    def start(self, wait=True):
        if self.directory is None:
            self.directory = pathlib.Path(tempfile.mkdtemp(prefix="ordinal-test-"))
            self.log_path = self.directory / "log"
        self.port = self.port or free_port()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", self.directory / "data", "--listen", f"127.0.0.1:{self.port}",
                 "--store", self.store, "--profile", self.profile, "--socket-dir", self.directory, *self.arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(self.environment or {})})
        if wait:
            self.wait_until_ready()

    def stop_process(self):
        """Stops as SIGTERM does and returns the exit status."""
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode if self.process else None

    def stop(self):
        status = self.stop_process()
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = None
        return status


class Postgres(Server):
    """A fresh PostgreSQL 15 cluster that trusts everybody and never syncs."""

    name = "postgres"

    def __init__(self, settings=()):
        super().__init__()
        self.settings = list(settings)
        self.account = None

    @staticmethod
    def is_available():
        return Postgres.programs().joinpath("initdb").exists()

    @staticmethod
    def programs():
        return pathlib.Path(os.environ.get("POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))

    def start(self):
        # PostgreSQL refuses to run as root.
        self.account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="postgres-test-"))
        self.log_path = self.directory / "log"
        if self.account:
            os.chown(self.directory, self.account.pw_uid, self.account.pw_gid)
        data = self.directory / "data"
        with open(self.log_path, "ab") as log:
            self._run([self.programs() / "initdb", "--pgdata", data, "--username", self.user, "--auth", "trust",
                       "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"], log).wait()
            self.port = free_port()
            settings = ["fsync=off", "listen_addresses=127.0.0.1", f"port={self.port}", "timezone=UTC",
                        f"unix_socket_directories={self.directory}", "lc_messages=C", *self.settings]
            command = [self.programs() / "postgres", "-D", data]
            for setting in settings:
                command += ["-c", setting]
            self.process = self._run(command, log)
        self.wait_until_ready()

    def _run(self, command, log):
        words = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **words)

    def stop(self):
        if self.is_running():
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = None
