"""Tests the proxies between two sockets of this process, and one of another. Run by script/stages/12-harness.sh."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.proxy import CUT, HOLD, Network, Rule  # noqa: E402

SHORT = 0.3  # to see that nothing comes
LONG = 20


class Echo:
    """Sends back what it is sent, and counts what arrived."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.arrived = b""
        self.news = threading.Condition()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.serve, args=[self.listener.accept()[0]], daemon=True).start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(65536):
                with self.news:
                    self.arrived += data
                    self.news.notify_all()
                connection.sendall(data)

    def wait_for(self, data, timeout=LONG):
        with self.news:
            return self.news.wait_for(lambda: self.arrived.endswith(data), timeout)


class ProxyTest(unittest.TestCase):
    def setUp(self):
        self.echo = Echo()
        self.addCleanup(self.echo.listener.close)
        self.network = self.enterContext(Network())
        self.port = self.network.open("p", self.echo.port)

    def connect(self):
        client = self.enterContext(socket.create_connection(("127.0.0.1", self.port)))
        client.settimeout(LONG)
        return client

    def ask(self, client, data):
        client.sendall(data)
        return receive(client, len(data))

    def assert_silent(self, client):
        client.settimeout(SHORT)
        with self.assertRaises(TimeoutError):
            client.recv(1)
        client.settimeout(LONG)

    def test_passes_much(self):
        client = self.connect()
        data = os.urandom(1 << 20)
        sender = threading.Thread(target=client.sendall, args=[data])
        sender.start()
        self.assertEqual(receive(client, len(data)), data)
        sender.join()

    def test_passes_the_end(self):
        client = self.connect()
        client.sendall(b"last")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(receive(client, 4), b"last")
        self.assertEqual(client.recv(1), b"")

    def test_cuts_what_is_open_and_what_comes(self):
        client = self.connect()
        self.ask(client, b"one")
        self.network.set("p", Rule(CUT))
        self.assertTrue(is_broken(client))
        self.assertTrue(is_broken(self.connect()))
        self.network.reset()
        self.assertEqual(self.ask(self.connect(), b"two"), b"two")

    def test_holds_requests(self):
        client = self.connect()
        self.ask(client, b"one")
        self.network.set("p", Rule(HOLD, ("up",)))
        client.sendall(b"two")
        self.assert_silent(client)
        self.assertEqual(self.echo.arrived, b"one")
        self.network.reset()
        self.assertEqual(receive(client, 3), b"two")

    def test_holds_answers_to_requests_that_arrive(self):
        client = self.connect()
        self.ask(client, b"one")
        self.network.set("p", Rule(HOLD, ("down",)))
        client.sendall(b"two")
        self.assertTrue(self.echo.wait_for(b"onetwo"))
        self.assert_silent(client)
        self.network.reset()
        self.assertEqual(receive(client, 3), b"two")

    def test_holds_new_connections(self):
        self.network.set("p", Rule(HOLD))
        client = self.connect()
        client.sendall(b"one")
        self.assert_silent(client)
        self.assertEqual(self.echo.arrived, b"")
        self.network.reset()
        self.assertEqual(receive(client, 3), b"one")

    def test_drops_what_was_held_when_cut(self):
        client = self.connect()
        self.ask(client, b"one")
        self.network.set("p", Rule(HOLD))
        client.sendall(b"two")
        self.network.set("p", Rule(CUT))
        self.assertTrue(is_broken(client))
        self.network.reset()
        self.assertEqual(self.ask(self.connect(), b"three"), b"three")
        self.assertEqual(self.echo.arrived, b"onethree")

    def test_delays_without_waiting_for_each(self):
        client = self.connect()
        self.ask(client, b"one")
        self.network.set("p", Rule(delay=0.2, directions=("up",)))
        started = time.monotonic()
        self.assertEqual(self.ask(client, b"two"), b"two")
        self.assertGreaterEqual(time.monotonic() - started, 0.2)

    def test_tells_sources_apart(self):
        script = ("import socket, sys\nfor line in sys.stdin:\n    try:\n"
                  f"        with socket.create_connection(('127.0.0.1', {self.port})) as s:\n"
                  "            s.sendall(b'two')\n            s.settimeout(20)\n            print(s.recv(3).decode(), flush=True)\n"
                  "    except OSError:\n        print('broken', flush=True)\n")
        other = self.enterContext(subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE,
                                                   stdout=subprocess.PIPE, text=True))
        self.addCleanup(other.kill)
        self.network.name_source("me", os.getpid())
        self.network.name_source("other", other.pid)
        self.network.set("p", Rule(CUT), source="other")
        self.assertEqual(self.ask(self.connect(), b"one"), b"one")
        self.assertIn(tell(other), ("broken", ""))
        self.network.reset()
        self.assertEqual(tell(other), "two")
        self.network.set("p", Rule(CUT), source="me")
        self.assertTrue(is_broken(self.connect()))
        self.assertEqual(tell(other), "two")

    def test_says_what_is_wrong(self):
        with self.assertRaisesRegex(RuntimeError, "KeyError"):
            self.network.set("q", Rule())


def tell(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def receive(client, count):
    data = b""
    while len(data) < count:
        more = client.recv(count - len(data))
        if not more:
            break
        data += more
    return data


def is_broken(client):
    try:
        client.sendall(b"x")
        return client.recv(1) == b""
    except ConnectionError:
        return True


if __name__ == "__main__":
    unittest.main()
