"""Starts, watches and stops the two servers. Each is known by its process id and by nothing else."""

import contextlib
import mmap
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30
STATEMENT_SECONDS = 120
CLIENT_ENVIRONMENT = {**os.environ, "PGSSLMODE": "disable", "PGGSSENCMODE": "disable", "PGCONNECT_TIMEOUT": "10"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def build_sync_counter(directory: Path) -> Path:
    library = directory / "sync_counter.so"
    source = Path(__file__).with_name("sync_counter.c")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True, timeout=60)
    return library


def process_ticks(pid: int) -> tuple[int, int]:
    """Clock ticks of the process itself and of its children that have ended; zeros when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    return int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


class Server:
    """A running server with a data directory of its own, its CPU clock and its count of syncs."""

    def __init__(self, name: str, directory: Path, library: Path):
        self.name = name
        self.directory = directory
        self.directory.mkdir()
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        counter = directory / "syncs"
        counter.write_bytes(bytes(mmap.PAGESIZE))
        with counter.open("r+b") as file:
            self._counter = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.environment = {**os.environ, "LD_PRELOAD": str(library), "SYNC_COUNTER_FILE": str(counter)}
        self.stop_signal = signal.SIGTERM
        self.account: str | None = None

    def start(self, command: list[str]) -> None:
        with (self.directory / "log").open("wb") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **self.identity()
            )
        deadline = time.monotonic() + START_SECONDS
        while self.execute(["SELECT 1"], check=False) != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SystemExit(f"{self.name} did not start:\n{(self.directory / 'log').read_text()[-2000:]}")
            time.sleep(0.1)

    def identity(self) -> dict:
        """PostgreSQL refuses to run as root, so root runs it under its own account."""
        if self.account is None:
            return {}
        return {"user": self.account, "group": self.account, "extra_groups": []}

    def host(self, transport: str) -> str:
        return str(self.directory) if transport == "unix" else "127.0.0.1"

    def address(self, transport: str) -> list[str]:
        return ["-h", self.host(transport), "-p", str(self.port), "-U", "admin"]

    def execute(self, statements: list[str], check: bool = True) -> int:
        commands = [part for statement in statements for part in ("-c", statement)]
        result = subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *self.address("unix"), *commands, "postgres"],
            env={**CLIENT_ENVIRONMENT, "PGOPTIONS": "-c client_min_messages=warning"} if check else CLIENT_ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=STATEMENT_SECONDS,
        )
        if check and result.returncode != 0:
            raise SystemExit(f"{self.name}: {result.stderr.strip()}")
        return result.returncode

    def cpu_seconds(self) -> float:
        """CPU time of the server so far, with every process that it has forked, ended ones included."""
        own, ended = process_ticks(self.process.pid)
        return (own + ended + sum(sum(process_ticks(child)) for child in children(self.process.pid))) / TICK

    def child_count(self) -> int:
        return len(children(self.process.pid))

    def syncs(self) -> int:
        return struct.unpack_from("=Q", self._counter)[0]

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        for number, patience in ((self.stop_signal, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            self.process.send_signal(number)
            try:
                self.process.wait(patience)
                return
            except subprocess.TimeoutExpired:
                continue


def start_ordinal(binary: Path, directory: Path, library: Path) -> Server:
    server = Server("Ordinal", directory, library)
    server.start(
        [str(binary), "serve", "--data", str(directory / "data"), "--listen", f"127.0.0.1:{server.port}"]
        + ["--socket-dir", str(directory), "--profile", "postgresql", "--log-level", "warn"]
    )
    return server


def start_postgres(programs: Path, directory: Path, library: Path) -> Server:
    server = Server("PostgreSQL", directory, library)
    # A fast shutdown: sessions are ended, data is checkpointed.
    server.stop_signal = signal.SIGINT
    if os.geteuid() == 0:
        server.account = "postgres"
        account = pwd.getpwnam(server.account)
        for path in (directory, directory / "syncs"):
            os.chown(path, account.pw_uid, account.pw_gid)
    data = directory / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "admin", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=120,
        cwd="/",
        **server.identity(),
    )
    settings = {
        "fsync": "on",
        "synchronous_commit": "on",
        "shared_buffers": "1GB",
        "max_connections": "200",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(directory),
        "port": str(server.port),
    }
    server.start(
        [str(programs / "postgres"), "-D", str(data)]
        + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    )
    return server


@contextlib.contextmanager
def scratch(parent: Path | None):
    """A directory that is removed at the end, also when the program is ended like by an interrupt from the keyboard."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    directory = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    # PostgreSQL runs under an account of its own and has to reach its directory below this one.
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        remove(directory)


def remove(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
