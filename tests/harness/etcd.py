"""Starts a cluster of etcd members that tests can break: Debian's etcd, on free ports of 127.0.0.1, behind proxies.

Members reach each other through proxies, and so does each client that asks for endpoints under its name. Thus the way
between any two can be cut, held or slowed (harness.proxy.Rule). Everything lives in one temporary directory, in memory
where there is room: what is tested is processes that die, not machines, and three logs on one slow disk elect nobody.
"""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from harness.servers import free_port

HEALTHY_SECONDS = 180
MEMORY_DISK = pathlib.Path("/dev/shm")
MEMORY_DISK_MIB = 6144  # that must be free there: a log, a snapshot and up to a gigabyte of data for each of three
DISK_MIB = 640  # of a small disk; etcd allocates its log in pieces of 64 MiB

# What docs/operations.md asks for, with a low quota.
ARGUMENTS = ["--max-txn-ops=20000", "--max-request-bytes=16777216", "--auto-compaction-mode=periodic",
             "--auto-compaction-retention=10m", "--quota-backend-bytes=4294967296", "--heartbeat-interval=100",
             "--election-timeout=1000", "--snapshot-count=10000", "--max-wals=2", "--logger=zap", "--log-level=warn"]


def is_available():
    return shutil.which("etcd") is not None


def directory_of_data():
    """Returns the directory for the data of members, None for that of all temporary files."""
    try:
        status = os.statvfs(MEMORY_DISK)
    except OSError:
        return None
    return MEMORY_DISK if status.f_bavail * status.f_frsize >= MEMORY_DISK_MIB << 20 else None


def can_mount():
    """Are small disks possible here? They take root, and a machine that lets it mount."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory(prefix="etcd-test-") as directory:
        disk = SmallDisk(pathlib.Path(directory), mib=1)
        try:
            disk.mount()
        except (OSError, subprocess.CalledProcessError):
            return False
        disk.unmount()
        return True


class SmallDisk:
    """A file system of bounded size, mounted on a directory, that can be filled up."""

    def __init__(self, directory, mib=DISK_MIB):
        self.directory = directory
        self.mib = mib
        self.ballast = directory / "ballast"

    def mount(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.mib}m", "tmpfs", self.directory], check=True,
                       capture_output=True)

    def unmount(self):
        subprocess.run(["umount", self.directory], check=False, capture_output=True)

    def free_bytes(self):
        status = os.statvfs(self.directory)
        return status.f_bavail * status.f_frsize

    def fill(self):
        """Takes all that is free. What the files there have already allocated, they keep."""
        with open(self.ballast, "ab") as file:
            while (free := self.free_bytes()) > 0:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, free)
                except OSError:
                    return  # somebody else took the rest

    def clear(self):
        self.ballast.unlink(missing_ok=True)


class Member:
    """One etcd. start() may be called again after stop() or kill(); the data stays."""

    def __init__(self, name, directory, token, network, disk=None):
        self.name = name
        self.directory = directory
        self.token = token
        self.network = network
        self.disk = disk
        self.client_port = free_port()
        self.peer_port = free_port()
        self.log_path = directory.parent / f"{name}.log"
        self.process = None
        directory.mkdir()
        if disk:
            disk.mount()
        self.peer_url = f"http://127.0.0.1:{network.open(self.peer_way, self.peer_port)}"

    @property
    def peer_way(self):
        """Names the proxy through which the other members come."""
        return f"peer {self.name}"

    def start(self, initial_cluster):
        client_url, peer_url = f"http://127.0.0.1:{self.client_port}", f"http://127.0.0.1:{self.peer_port}"
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ["etcd", "--name", self.name, "--data-dir", self.directory / "data", "--listen-client-urls", client_url,
                 "--advertise-client-urls", client_url, "--listen-peer-urls", peer_url, "--initial-advertise-peer-urls",
                 self.peer_url, "--initial-cluster", initial_cluster, "--initial-cluster-token", self.token, *ARGUMENTS],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.network.name_source(self.name, self.process.pid)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Stops as SIGTERM does, or after ten seconds as a crash."""
        if self.is_running():
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def ask(self, method, path, body=None, timeout=2):
        """Sends a request to the member itself, past all proxies, and returns what it answers, or None."""
        connection = http.client.HTTPConnection("127.0.0.1", self.client_port, timeout=timeout)
        try:
            connection.request(method, path, body)
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def is_healthy(self):
        """Has it a leader, and does it answer linearizable reads?"""
        return (self.ask("GET", "/health") or {}).get("health") == "true"

    def is_leader(self):
        status = self.ask("POST", "/v3/maintenance/status", "{}") or {}
        return "leader" in status and status["leader"] == status["header"]["member_id"]

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""


class Cluster:
    """Members that form one store. Use as a context manager. `small_disk` puts the first one on a disk that can be full."""

    def __init__(self, network, members=3, small_disk=False):
        self.network = network
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="etcd-test-", dir=directory_of_data()))
        self.members = []
        for number in range(1, members + 1):
            path = self.directory / f"m{number}"
            disk = SmallDisk(path) if small_disk and number == 1 else None
            self.members.append(Member(f"m{number}", path, self.directory.name, network, disk))
        self.initial = ",".join(f"{member.name}={member.peer_url}" for member in self.members)
        self.ports = {}  # of the proxies of each client

    def __enter__(self):
        try:
            for member in self.members:
                self.start(member)
            self.wait_until_healthy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for member in self.members:
            if member.is_running():
                member.kill()
            if member.disk:
                member.disk.unmount()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, member):
        member.start(self.initial)

    def wait_until_healthy(self, seconds=HEALTHY_SECONDS):
        """Waits until every member answers; raises RuntimeError if one does not."""
        deadline = time.monotonic() + seconds
        while sick := [member.name for member in self.members if not member.is_healthy()]:
            if time.monotonic() > deadline:
                logs = "".join(f"\n{member.name}: {member.log()[-1500:]}" for member in self.members)
                raise RuntimeError(f"{', '.join(sick)} not healthy after {seconds} s{logs}")
            time.sleep(0.05)

    def leader(self):
        """Returns the member that leads, or None while there is none."""
        return next((member for member in self.members if member.is_leader()), None)

    def endpoints(self, client):
        """Returns HOST:PORT for each member, through proxies of this client's own."""
        if client not in self.ports:
            self.ports[client] = [self.network.open(self.client_way(client, member), member.client_port)
                                  for member in self.members]
        return [f"127.0.0.1:{port}" for port in self.ports[client]]

    @staticmethod
    def client_way(client, member):
        return f"{client} to {member.name}"

    def set_client(self, client, rule, members=None):
        """Sets what happens between a client and some members, or all."""
        for member in members or self.members:
            self.network.set(self.client_way(client, member), rule)

    def set_peers(self, one, other, rule):
        """Sets what happens between two members, whoever of the two connects."""
        self.network.set(one.peer_way, rule, source=other.name)
        self.network.set(other.peer_way, rule, source=one.name)

    def isolate(self, member, rule):
        """Sets what happens between a member and all the others."""
        for other in self.members:
            if other is not member:
                self.set_peers(member, other, rule)

    def heal(self):
        """Lets everything pass, and undoes what was done to processes and disks."""
        self.network.reset()
        for member in self.members:
            if member.disk:
                member.disk.clear()
            if member.is_running():
                member.resume()
            else:
                self.start(member)
