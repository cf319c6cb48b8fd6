#!/usr/bin/python3
"""Starts `ordinal` in every wrong way, and says whether it leaves with one clear line, status 1, and nothing touched.

    tests/server/startup.py [--binary PROGRAM]

The last line counts checks; the exit status is 1 when one failed.
"""

import argparse
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import servers  # noqa: E402
from harness.checks import Checks  # noqa: E402

SECONDS = 30


def contents(directory):
    """Names and bytes of all files below `directory`; None when there is none."""
    if not directory.exists():
        return None
    return {str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


class StartChecks(Checks):
    def __init__(self, binary, scratch):
        super().__init__()
        self.binary = binary
        self.scratch = scratch

    def run(self, *arguments):
        return subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, timeout=SECONDS, check=False)

    def refused(self, what, text, *arguments, data=None):
        """The program must end with status 1 and one line that holds `text`, and leave `data` as it was."""
        before = contents(data) if data else None
        done = self.run(*arguments)
        lines = (done.stdout + done.stderr).strip().split("\n")
        self.expect(f"{what}: status", done.returncode == 1, f"status {done.returncode}")
        self.expect(f"{what}: one line", len(lines) == 1 and lines[0].startswith("ordinal: "), lines)
        self.expect(f"{what}: text", text in lines[0], lines)
        if data:
            self.expect(f"{what}: nothing touched", contents(data) == before, "the data directory changed")

    def said(self, what, text, *arguments):
        done = self.run(*arguments)
        self.expect(what, done.returncode == 0 and text in done.stdout and not done.stderr, done)


def store_made_by(binary, directory):
    """A data directory that a server has made and left in order, with something in it."""
    with servers.Ordinal(binary=binary, store="rocksdb", profile="postgresql") as server:
        with server.connect() as session:
            session.one("CREATE TABLE t (id bigint PRIMARY KEY)")
            session.one("INSERT INTO t SELECT generate_series(1, 1000)")
        server.kill()
        shutil.copytree(server.directory / "data", directory)
    return directory


def check_words(checks):
    checks.said("--help", "Usage: ordinal", "--help")
    checks.said("serve --help", "--listen", "serve", "--help")
    checks.said("--version", "ordinal ", "--version")
    data = checks.scratch / "words"
    serve = ("serve", "--data", data)
    checks.refused("no command", "subcommand is required")
    checks.refused("a flag that is none", "--bogus", *serve, "--bogus", data=data)
    checks.refused("a profile that is none", "db2 not in {aurora_dsql,postgresql}", *serve, "--profile", "db2",
                   "--listen", "127.0.0.1:0", data=data)
    checks.refused("a store that is none", "--store", *serve, "--store", "tape", data=data)
    for address in ("127.0.0.1:65536", "127.0.0.1:x", "127.0.0.1", "nowhere"):
        checks.refused(f"the address {address}", "", *serve, "--listen", address, data=data)
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
        checks.refused(f"the address {address}", "only loopback addresses are trusted", *serve, "--listen", address,
                       "--auth", "trust", data=data)
    open_to_all = ("serve", "--store", "memory", "--listen", "0.0.0.0:0", "--socket-dir", "")
    checks.refused("no password for admin", "admin has no password, and nobody could log in", *open_to_all)
    checks.refused("a password file that is none", "cannot read a password from the file", *open_to_all,
                   "--admin-password-file", checks.scratch / "absent")
    checks.refused("passwords in clear", "so wants --tls-cert", *serve, "--auth", "password", data=data)
    checks.refused("TLS without certificate", "--require-tls wants --tls-cert", *serve, "--require-tls", data=data)
    checks.refused("a certificate without key", "belong together", *serve, "--tls-cert", "x", data=data)
    checks.refused("a certificate that is none", "could not load the certificate", *serve, "--tls-cert", checks.scratch / "x",
                   "--tls-key", checks.scratch / "x", data=data)


def check_port(checks):
    data = checks.scratch / "port"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        checks.refused("a used port", f"could not bind {address}: Address already in use", "serve", "--data", data,
                       "--listen", address, data=data)


def check_data(checks):
    good = store_made_by(checks.binary, checks.scratch / "good")
    serve = ("serve", "--listen", "127.0.0.1:0", "--socket-dir", checks.scratch, "--data")

    with servers.Ordinal(binary=checks.binary, store="rocksdb", profile="postgresql") as server:
        checks.refused("a directory in use", "is in use by another server", *serve, server.directory / "data")
        with server.connect() as session:
            checks.expect("the server that has it", session.value("SELECT 1") == "1")

    damaged = shutil.copytree(good, checks.scratch / "damaged")
    log = max(damaged.glob("*.log"))
    content = bytearray(log.read_bytes())
    content[100] ^= 0xFF  # in the last record it would be taken for a write that was cut short
    log.write_bytes(content)
    checks.refused("a damaged log", "is damaged", *serve, damaged, data=damaged)

    lost = shutil.copytree(good, checks.scratch / "lost")
    next(lost.glob("MANIFEST-*")).unlink()
    checks.refused("a lost file", "data directory", *serve, lost, data=lost)

    file = checks.scratch / "file"
    file.write_text("not a directory")
    checks.refused("a file", "data directory", *serve, file)

    below = checks.scratch / "absent" / "deeper" / "data"
    checks.refused("a path that cannot be made", "data directory", *serve, file / "data")
    checks.expect("no parent was made", not below.parent.exists())


def check_stop(checks):
    for name in ("SIGTERM", "SIGINT"):
        server = servers.Ordinal(binary=checks.binary, store="rocksdb", profile="postgresql")
        server.start()
        try:
            with server.connect() as session:
                session.one("CREATE SEQUENCE s CACHE 1")
                session.one("SELECT nextval('s')")
            server.process.send_signal(getattr(signal, name))
            status = server.process.wait(timeout=SECONDS)
            checks.expect(f"{name}: status 0", status == 0, f"status {status}\n{server.log()}")
            leftover = [path.name for path in server.directory.iterdir() if path.is_socket()]
            checks.expect(f"{name}: the socket is gone", not leftover, leftover)
            server.start()
            with server.connect() as session:
                value = session.value("SELECT nextval('s')")
                checks.expect(f"{name}: unused values were handed back", value == "2", value)
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", default=os.environ.get("ORDINAL_BINARY") or servers.DEFAULT_BINARY)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ordinal-startup-") as scratch:
        checks = StartChecks(options.binary, pathlib.Path(scratch))
        for check in (check_words, check_port, check_data, check_stop):
            check(checks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
