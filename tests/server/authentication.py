#!/usr/bin/python3
"""Logs in by psql and by hand, rightly and wrongly: passwords, SCRAM with and without channel binding, TLS.

    tests/server/authentication.py [--binary PROGRAM]

The last line counts checks; the exit status is 1 when one failed.
"""

import argparse
import base64
import hashlib
import hmac
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import servers  # noqa: E402
from harness.checks import Checks  # noqa: E402

SECONDS = 60
PASSWORD = "first secret"


class Guarded(servers.Ordinal):
    """A server that need not let the harness in."""

    def __init__(self, binary, arguments, **options):
        super().__init__(binary=binary, profile="postgresql", arguments=arguments, **options)

    def wait_until_ready(self):
        deadline = time.monotonic() + SECONDS
        while len(re.findall(" ready: ", self.log())) < self.starts:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            time.sleep(0.02)

    def start(self, wait=True):
        self.starts = getattr(self, "starts", 0) + 1
        super().start(wait)

    def psql(self, sql, password=PASSWORD, user="admin", host="127.0.0.1", **options):
        """Returns (whether it succeeded, what it said)."""
        words = {"host": host, "port": self.port, "user": user, "dbname": "postgres", "sslmode": "disable", **options}
        command = [servers.Postgres.programs() / "psql", "-X", "-A", "-t", "-q", "-w", "-c", sql,
                   " ".join(f"{name}='{value}'" for name, value in words.items())]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        ran = subprocess.run(command, env={**environment, "PGPASSWORD": password, "HOME": str(self.directory)}, text=True,
                             capture_output=True, timeout=SECONDS, check=False)
        return ran.returncode == 0, (ran.stdout + ran.stderr).strip()

    def psql_long(self, sql):
        """As psql(), but with the statement on standard input."""
        words = f"host=127.0.0.1 port={self.port} user=admin dbname=postgres sslmode=require"
        ran = subprocess.run([servers.Postgres.programs() / "psql", "-X", "-A", "-t", "-q", "-w", words], input=sql, text=True,
                             env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True, timeout=SECONDS, check=False)
        return ran.returncode == 0, (ran.stdout + ran.stderr).strip()


def make_certificate(directory, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                    directory / f"{name}.key", "-out", directory / f"{name}.crt"], check=True, capture_output=True)
    return directory / f"{name}.crt", directory / f"{name}.key"


def verifier(password, salt=b"0123456789abcdef", rounds=4096):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.new(salted, b"Client Key", "sha256").digest()).digest()
    server = hmac.new(salted, b"Server Key", "sha256").digest()
    return f"SCRAM-SHA-256${rounds}:" + "$".join(
        ":".join(base64.b64encode(part).decode() for part in parts) for parts in ((salt,), (stored, server)))


def startup_packet(user="admin"):
    body = struct.pack("!I", 3 << 16) + f"user\0{user}\0database\0postgres\0\0".encode()
    return struct.pack("!I", len(body) + 4) + body


def fails_with(checks, what, result, text):
    checks.expect(what, not result[0] and text in result[1], result)


def succeeds(checks, what, result, text):
    checks.expect(what, result[0] and result[1] == text, result)


def check_scram(checks, binary, scratch):
    password_file = scratch / "password"
    password_file.write_text(PASSWORD + "\n", encoding="utf-8")
    arguments = ["--auth", "scram-sha-256", "--admin-password-file", password_file]
    with Guarded(binary, arguments, store="rocksdb") as server:
        wrong = 'password authentication failed for user "%s"'
        succeeds(checks, "the first password", server.psql("SELECT current_user"), "admin")
        fails_with(checks, "a wrong password", server.psql("SELECT 1", password="wrong"), wrong % "admin")
        fails_with(checks, "no such user", server.psql("SELECT 1", user="nobody"), wrong % "nobody")
        fails_with(checks, "a wrong password by socket", server.psql("SELECT 1", password="x", host=server.directory),
                   wrong % "admin")
        succeeds(checks, "the password by socket", server.psql("SELECT 1", host=server.directory), "1")
        server.psql("CREATE ROLE without LOGIN; CREATE ROLE barred PASSWORD 'p'; "
                    "CREATE ROLE expired LOGIN PASSWORD 'p' VALID UNTIL '2001-01-01'; "
                    "CREATE ROLE future LOGIN PASSWORD 'p' VALID UNTIL '2999-01-01'; "
                    f"CREATE ROLE made LOGIN PASSWORD '{verifier('made elsewhere')}'")
        fails_with(checks, "a role without password", server.psql("SELECT 1", user="without"), wrong % "without")
        fails_with(checks, "a role that may not log in", server.psql("SELECT 1", user="barred", password="p"),
                   'role "barred" is not permitted to log in')
        fails_with(checks, "a password that has run out", server.psql("SELECT 1", user="expired", password="p"),
                   wrong % "expired")
        succeeds(checks, "a password that will", server.psql("SELECT 1", user="future", password="p"), "1")
        succeeds(checks, "a verifier", server.psql("SELECT current_user", user="made", password="made elsewhere"), "made")
        server.psql("ALTER ROLE admin PASSWORD 'second secret'")
        fails_with(checks, "the old password", server.psql("SELECT 1"), wrong % "admin")
        server.stop_process()
        server.start()
        succeeds(checks, "the new password after a restart", server.psql("SELECT 1", password="second secret"), "1")


def read_certificate(port):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["postgresql"])
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain, context.wrap_socket(plain) as secure:
        return secure.getpeercert(binary_form=True)


def direct_tls(port, protocols):
    """The first byte that the server answers to a startup packet; empty when it closes."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain:
            with context.wrap_socket(plain) as secure:
                secure.sendall(startup_packet())
                return secure.recv(1)
    except (ssl.SSLError, ConnectionError):
        return b""


def inject(port):
    """What follows the answer to an SSLRequest that came with more."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain:
        plain.sendall(struct.pack("!II", 8, 80877103) + startup_packet())
        answer = b""
        while part := plain.recv(4096):
            answer += part
        return answer


def check_tls(checks, binary, scratch):
    certificate, key = make_certificate(scratch, "server")
    other, other_key = make_certificate(scratch, "other")
    arguments = ["--auth", "scram-sha-256", "--tls-cert", certificate, "--tls-key", key]
    environment = {"ORDINAL_ADMIN_PASSWORD": PASSWORD}
    with Guarded(binary, arguments, environment=environment) as server:
        succeeds(checks, "sslmode=require", server.psql("SELECT 1", sslmode="require"), "1")
        succeeds(checks, "sslmode=disable", server.psql("SELECT 1"), "1")
        full = {"sslmode": "verify-full", "host": "localhost", "hostaddr": "127.0.0.1"}
        succeeds(checks, "sslmode=verify-full", server.psql("SELECT 1", sslrootcert=certificate, **full), "1")
        fails_with(checks, "another authority", server.psql("SELECT 1", sslrootcert=other, **full), "certificate verify failed")
        succeeds(checks, "channel binding",
                 server.psql("SELECT 1", sslmode="require", channel_binding="require"), "1")
        fails_with(checks, "channel binding with a wrong password",
                   server.psql("SELECT 1", password="x", sslmode="require", channel_binding="require"),
                   "password authentication failed")
        fails_with(checks, "channel binding without TLS", server.psql("SELECT 1", channel_binding="require"),
                   "channel binding")
        done, rows = server.psql("SELECT repeat('x', 1000) FROM generate_series(1, 20000)", sslmode="require")
        checks.expect("many rows over TLS", done and len(rows) == 20000 * 1001 - 1, len(rows))
        long = "x" * 1_000_000
        succeeds(checks, "a long statement over TLS", server.psql_long(f"SELECT length('{long}')"), "1000000")
        checks.expect("TLS at once", direct_tls(server.port, ["postgresql"]) == b"R", "")
        checks.expect("TLS at once without protocol", direct_tls(server.port, []) == b"", "")
        checks.expect("TLS at once for another protocol", direct_tls(server.port, ["http/1.1"]) == b"", "")
        answer = inject(server.port)
        checks.expect("bytes behind an SSLRequest", b"08P01" in answer and b"received unencrypted data" in answer, answer)

        before = read_certificate(server.port)
        shutil.copy(other, certificate)
        shutil.copy(other_key, key)
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + SECONDS
        while read_certificate(server.port) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        checks.expect("SIGHUP", read_certificate(server.port) != before, "the certificate stayed")
        certificate.write_text("no certificate", encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + SECONDS
        while "could not load" not in server.log() and time.monotonic() < deadline:
            time.sleep(0.02)
        succeeds(checks, "a certificate that cannot be read", server.psql("SELECT 1", sslmode="require"), "1")


def check_password_in_clear(checks, binary, scratch):
    certificate, key = make_certificate(scratch, "clear")
    arguments = ["--auth", "password", "--tls-cert", certificate, "--tls-key", key]
    with Guarded(binary, arguments, environment={"ORDINAL_ADMIN_PASSWORD": PASSWORD}) as server:
        succeeds(checks, "a password in clear over TLS", server.psql("SELECT 1", sslmode="require"), "1")
        fails_with(checks, "a wrong one", server.psql("SELECT 1", password="x", sslmode="require"),
                   'password authentication failed for user "admin"')
        fails_with(checks, "without TLS", server.psql("SELECT 1"), "connections by TCP must be encrypted with TLS")
    arguments = ["--require-tls", "--tls-cert", certificate, "--tls-key", key]
    with Guarded(binary, arguments) as server:
        fails_with(checks, "--require-tls", server.psql("SELECT 1"), "connections by TCP must be encrypted with TLS")
        succeeds(checks, "--require-tls by socket", server.psql("SELECT 1", host=server.directory), "1")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", default=os.environ.get("ORDINAL_BINARY", servers.DEFAULT_BINARY))
    options = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="ordinal-auth-") as name:
        scratch = pathlib.Path(name)
        check_scram(checks, options.binary, scratch)
        check_tls(checks, options.binary, scratch)
        check_password_in_clear(checks, options.binary, scratch)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
