"""Starts nodes of Ordinal over one store, and does to them what happens to machines: they stop, pause, and jump in time."""

import pathlib
import shutil
import signal
import struct
import subprocess
import tempfile

from harness import pgwire, servers

SHIM = pathlib.Path(__file__).resolve().parents[1] / "cluster" / "clock" / "shim.c"
BILLION = 1_000_000_000


class Clocks:
    """Wall clocks that can be set, one for each node. Use as a context manager. Does nothing where there is no compiler."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="clocks-"))
        self.shim = self.directory / "shim.so"

    def __enter__(self):
        if self.is_available():
            subprocess.run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", SHIM, "-o",
                            self.shim], check=True)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    @staticmethod
    def is_available():
        return shutil.which("gcc") is not None

    def environment(self, name):
        """Returns what a process needs to live by the clock of this name."""
        if not self.is_available():
            return {}
        self.shift(name, 0)
        return {"LD_PRELOAD": str(self.shim), "CLOCK_SHIFT": str(self.directory / name)}

    def shift(self, name, seconds):
        """Sets a clock so many seconds from the true time. In place, because processes have the file mapped."""
        path = self.directory / name
        path.touch()
        with open(path, "r+b") as file:
            file.write(struct.pack("=q", int(seconds * BILLION)))


class Node(servers.Ordinal):
    """One node. start() may be called again after stop_process() or kill()."""

    def __init__(self, name, **words):
        super().__init__(**words)
        self.node = name

    def is_ready(self):
        """Does it take sessions?"""
        try:
            self.connect(timeout=5).close()
            return True
        except (OSError, pgwire.ConnectionClosed, pgwire.DatabaseError):
            return False

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        if self.is_running():
            self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.resume()  # or it would not hear SIGTERM
        return super().stop()
