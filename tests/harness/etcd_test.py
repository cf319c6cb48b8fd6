"""Tests a cluster of etcd members, and what can be done to it. Run by script/stages/12-harness.sh."""

import base64
import contextlib
import http.client
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import etcd  # noqa: E402
from harness.proxy import CUT, HOLD, Network, Rule  # noqa: E402

SECONDS = 30


def encode(text):
    return base64.b64encode(text.encode()).decode()


def ask(endpoint, path, timeout=1.0, **words):
    """Sends one request of etcd's JSON gateway; raises OSError when nothing good comes back."""
    connection = http.client.HTTPConnection(endpoint, timeout=timeout)
    with contextlib.closing(connection):
        try:
            connection.request("POST", path, json.dumps(words))
            answer = json.loads(connection.getresponse().read())
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(str(error)) from error
    if "error" in answer:
        raise OSError(answer["error"])
    return answer


def put(endpoint, key, value):
    return ask(endpoint, "/v3/kv/put", key=encode(key), value=encode(value))


def get(endpoint, key):
    pairs = ask(endpoint, "/v3/kv/range", key=encode(key)).get("kvs", [])
    return base64.b64decode(pairs[0]["value"]).decode() if pairs else None


def works(action, *arguments):
    try:
        action(*arguments)
        return True
    except OSError:
        return False


@unittest.skipUnless(etcd.is_available(), "etcd is not installed")
class ClusterTest(unittest.TestCase):
    small_disk = etcd.can_mount()

    @classmethod
    def setUpClass(cls):
        cls.network = cls.enterClassContext(Network())
        cls.cluster = cls.enterClassContext(etcd.Cluster(cls.network, small_disk=cls.small_disk))

    def setUp(self):
        self.addCleanup(self.cluster.wait_until_healthy)
        self.addCleanup(self.cluster.heal)

    def await_true(self, condition, what):
        deadline = time.monotonic() + SECONDS
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what} did not happen")
            time.sleep(0.02)

    def test_members_share_data(self):
        first, _, third = self.cluster.endpoints("n1")
        put(first, "shared", "1")
        self.assertEqual(get(third, "shared"), "1")

    def test_clients_are_cut_off_one_by_one(self):
        self.cluster.set_client("n1", Rule(CUT))
        self.assertFalse(any(works(put, endpoint, "cut", "1") for endpoint in self.cluster.endpoints("n1")))
        self.assertTrue(works(put, self.cluster.endpoints("n2")[0], "cut", "2"))
        self.cluster.heal()
        self.assertEqual(get(self.cluster.endpoints("n1")[0], "cut"), "2")

    def test_held_answers_hide_a_commit(self):
        endpoint = self.cluster.endpoints("n1")[0]
        self.cluster.set_client("n1", Rule(HOLD, ("down",)))
        self.assertFalse(works(put, endpoint, "hidden", "1"))
        self.await_true(lambda: get(self.cluster.endpoints("n2")[0], "hidden") == "1", "the hidden write")

    def test_an_isolated_leader_is_replaced(self):
        for rule in [Rule(CUT), Rule(HOLD)]:
            with self.subTest(rule.mode):
                self.await_true(self.cluster.leader, "an election")
                old = self.cluster.leader()
                others = [member for member in self.cluster.members if member is not old]
                self.cluster.isolate(old, rule)
                self.await_true(lambda: any(member.is_leader() for member in others), "another leader")
                self.assertFalse(old.is_healthy())
                self.assertTrue(works(put, self.endpoint_of(others[0]), "isolated", "1"))
                self.cluster.heal()
                self.cluster.wait_until_healthy()

    def endpoint_of(self, member):
        return self.cluster.endpoints("n1")[self.cluster.members.index(member)]

    def test_two_members_that_do_not_see_each_other(self):
        one, other, _ = self.cluster.members
        self.cluster.set_peers(one, other, Rule(CUT))
        self.await_true(lambda: any(works(put, endpoint, "pair", "1") for endpoint in self.cluster.endpoints("n1")),
                        "a write")

    def test_killed_and_paused_members(self):
        one, other, third = self.cluster.members
        one.kill()
        self.await_true(lambda: works(put, self.endpoint_of(other), "killed", "1"), "a write with two members")
        other.pause()
        self.await_true(lambda: not third.is_healthy(), "the loss of the majority")
        self.assertFalse(works(put, self.endpoint_of(third), "killed", "2"))
        other.resume()
        self.await_true(lambda: works(put, self.endpoint_of(other), "killed", "3"), "a write after the pause")
        self.cluster.start(one)
        self.await_true(lambda: works(get, self.endpoint_of(one), "killed"), "a read from the restarted member")
        self.assertEqual(get(self.endpoint_of(one), "killed"), "3")

    @unittest.skipUnless(small_disk, "cannot mount a small disk here")
    def test_a_full_disk_stops_one_member_at_most(self):
        full, other, _ = self.cluster.members
        full.disk.fill()
        self.assertEqual(full.disk.free_bytes(), 0)
        for number in range(30):
            self.await_true(lambda n=number: works(put, self.endpoint_of(other), f"disk {n}", "x" * 1_000_000),
                            "a write beside a full disk")
        self.cluster.heal()
        self.cluster.wait_until_healthy()
        self.assertEqual(get(self.endpoint_of(full), "disk 29"), "x" * 1_000_000)


if __name__ == "__main__":
    unittest.main()
