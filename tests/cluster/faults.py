"""What is done to nodes, members, their network, disks and clocks. Each fault says what it did; World.heal undoes all.

A fault is a function (world, numbers) that returns a description, and a number of seconds for which it is to last, if it
is particular about that. `numbers` is a random.Random, so that a seed gives the same faults.
"""

import time

from harness.proxy import CUT, HOLD, Rule

DIRECTIONS = [("up",), ("down",), ("up", "down")]
HOUR = 3600
DISK_SECONDS = 10
ALONE_SECONDS = 60  # for a start, without other faults
TOGETHER_SECONDS = 5


class World:
    """Nodes, and the store that they share (None when there is but one node, with a store of its own)."""

    def __init__(self, nodes, store=None, clocks=None, lease_seconds=0.0):
        self.nodes = nodes
        self.store = store
        self.clocks = clocks
        self.lease_seconds = lease_seconds
        self.together = False  # do several faults happen at once?
        self.ended = set()  # names of nodes that a fault ended; others that are not there died by themselves

    def end_node(self, node, kill):
        self.ended.add(node.node)
        if kill:
            node.kill()
        else:
            node.resume()  # it must hear the signal
            node.stop_process()

    def start_node(self, node):
        node.start(wait=False)
        self.ended.discard(node.node)

    def await_start(self, what, condition):
        """Waits for what was started. Where other faults are at work it may fail; what ended is started by heal()."""
        deadline = time.monotonic() + (TOGETHER_SECONDS if self.together else ALONE_SECONDS)
        while not condition():
            if time.monotonic() > deadline:
                if self.together:
                    return
                raise RuntimeError(f"{what} did not start within {ALONE_SECONDS} s")
            time.sleep(0.05)

    def dead_by_themselves(self):
        return [node for node in self.nodes if not node.is_running() and node.node not in self.ended]

    def leader(self):
        return self.store.leader() or self.store.members[0]

    def heal(self):
        """Undoes all faults, in any state. Nodes that were ended are started once the store answers."""
        if self.store:
            self.store.heal()
            self.store.wait_until_healthy()
        for node in self.nodes:
            node.resume()
            if self.clocks:
                self.clocks.shift(node.node, 0)
            if not node.is_running():
                self.start_node(node)


def some_rule(numbers):
    if numbers.random() < 0.4:
        return Rule(CUT), "cut"
    directions = numbers.choice(DIRECTIONS)
    return Rule(HOLD, directions), f"held {' and '.join(directions)}"


def kill_node(world, numbers):
    node = numbers.choice(world.nodes)
    world.end_node(node, kill=True)
    return node.node


def restart_nodes(world, _):
    """Stops and starts one node after another, as an upgrade does."""
    for node in world.nodes:
        world.end_node(node, kill=False)
        world.start_node(node)
        world.await_start(node.node, lambda: node.is_ready() or not node.is_running())
        if world.together and not node.is_running():
            world.ended.add(node.node)  # it found no store; heal() starts it as a supervisor would
    return "all, one after another", 0


def pause_node(world, numbers):
    node = numbers.choice(world.nodes)
    node.pause()
    return node.node, world.lease_seconds + numbers.uniform(1, 3)


def jump_clock(world, numbers):
    node = numbers.choice(world.nodes)
    seconds = numbers.choice([-30 * HOUR, -60, 60, 30 * HOUR])
    world.clocks.shift(node.node, seconds)
    return f"{node.node} by {seconds} s"


def cut_node(world, numbers):
    """Between a node and some members, or all."""
    node = numbers.choice(world.nodes)
    members = numbers.sample(world.store.members, numbers.randint(1, len(world.store.members)))
    rule, how = some_rule(numbers)
    world.store.set_client(node.node, rule, members)
    return f"{node.node} and {', '.join(sorted(member.name for member in members))}, {how}"


def isolate_node(world, numbers):
    """Between a node and all members, for longer than its lease."""
    node = numbers.choice(world.nodes)
    rule, how = some_rule(numbers)
    world.store.set_client(node.node, rule)
    return f"{node.node}, {how}", world.lease_seconds + numbers.uniform(1, 3)


def lose_answers(world, numbers):
    """Commits arrive, and their answers do not; in the end the connections break."""
    node = numbers.choice(world.nodes)
    world.store.set_client(node.node, Rule(HOLD, ("down",)))
    return node.node, numbers.uniform(0.5, 2)


def flap(world, numbers):
    """Again and again answers are lost, and what asks anew loses its answer too."""
    node = numbers.choice(world.nodes)
    rounds = numbers.randint(5, 15)
    for _ in range(rounds):
        for rule, seconds in [(Rule(HOLD, ("down",)), 0.15), (Rule(CUT), 0.05), (Rule(), 0.5)]:
            world.store.set_client(node.node, rule)
            time.sleep(numbers.uniform(0, seconds))
    return f"{node.node}, {rounds} times", 0


def slow_node(world, numbers):
    node = numbers.choice(world.nodes)
    delay = numbers.uniform(0.02, 0.3)
    world.store.set_client(node.node, Rule(delay=delay))
    return f"{node.node} by {delay:.2f} s"


def kill_member(world, numbers):
    member = numbers.choice([numbers.choice(world.store.members), world.leader()])
    member.kill()
    return member.name


def pause_member(world, numbers):
    member = numbers.choice([numbers.choice(world.store.members), world.leader()])
    member.pause()
    return member.name


def isolate_member(world, numbers):
    """Between a member and the others; nodes still reach it."""
    member = numbers.choice([numbers.choice(world.store.members), world.leader()])
    rule, how = some_rule(numbers)
    world.store.isolate(member, rule)
    return f"{member.name}, {how}"


def slow_member(world, numbers):
    member = numbers.choice(world.store.members)
    delay = numbers.uniform(0.01, 0.1)
    world.store.isolate(member, Rule(delay=delay))
    return f"{member.name} by {delay:.2f} s"


def lose_majority(world, numbers):
    members = numbers.sample(world.store.members, len(world.store.members) // 2 + 1)
    for member in members:
        member.kill()
    return ", ".join(sorted(member.name for member in members))


def restart_members(world, _):
    """Stops and starts one member after another, as an upgrade does."""
    for member in world.store.members:
        member.stop()
        world.store.start(member)
        world.await_start(member.name, member.is_healthy)
    return "all, one after another", 0


def fill_disk(world, _):
    """The member ends when its database has to grow, which takes a while."""
    member = next(member for member in world.store.members if member.disk)
    member.disk.fill()
    deadline = time.monotonic() + DISK_SECONDS
    while member.is_running() and time.monotonic() < deadline:
        time.sleep(0.1)
    return f"{member.name}, which {'went on' if member.is_running() else 'ended'}"


NODE_FAULTS = {"kill-node": kill_node, "restart-nodes": restart_nodes, "pause-node": pause_node, "jump-clock": jump_clock}
STORE_FAULTS = {"cut-node": cut_node, "isolate-node": isolate_node, "lose-answers": lose_answers, "flap": flap,
                "slow-node": slow_node, "kill-member": kill_member, "pause-member": pause_member, "isolate-member": isolate_member,
                "slow-member": slow_member, "lose-majority": lose_majority, "restart-members": restart_members,
                "fill-disk": fill_disk}
FAULTS = {**NODE_FAULTS, **STORE_FAULTS}


def missing_for(name, world):
    """Says why a fault cannot be had here, or returns None."""
    if name in STORE_FAULTS and world.store is None:
        return "there is no etcd"
    if name == "fill-disk" and not any(member.disk for member in world.store.members):
        return "no small disk can be mounted"
    if name == "jump-clock" and not (world.clocks and world.clocks.is_available()):
        return "there is no gcc to build the clock with"
    return None
