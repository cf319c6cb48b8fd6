"""Puts a network that can fail between processes of one machine: TCP proxies on ports of 127.0.0.1.

A Network runs its proxies in a process of its own, so that busy tests do not slow them down. Each proxy leads to one
target. Where several programs go through one proxy, `sources` tells them apart by the process that owns a connection, so
that the way from one to another can fail while others pass. What happens on a way is a Rule.
"""

import asyncio
import contextlib
import dataclasses
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass

CHUNK = 65536
CHUNKS_WAITING = 64  # of one direction of one connection, while it is delayed
CONNECT_SECONDS = 10

PASS, CUT, HOLD = "pass", "cut", "hold"


@dataclass(frozen=True)
class Rule:
    """What happens to connections on a way, those that are open and those to come.

    PASS forwards, after `delay` seconds. CUT resets them, and every new one at once. HOLD takes what the sender sends and
    forwards nothing, in the directions given: "up" is from the client to the target, "down" the other. When HOLD ends,
    what was held goes on, late, as TCP's retransmissions would; or a CUT in between drops it.
    """

    mode: str = PASS
    directions: tuple = ("up", "down")
    delay: float = 0.0

    def holds(self, direction):
        return self.mode == HOLD and direction in self.directions

    def delay_of(self, direction):
        return self.delay if direction in self.directions else 0.0


class Network:
    """Starts and commands the proxies. Use as a context manager. May be used by several threads."""

    def __init__(self):
        self._process = None
        self._mutex = threading.Lock()

    def __enter__(self):
        self._process = subprocess.Popen([sys.executable, pathlib.Path(__file__).resolve()], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self._process.stdin.close()  # which ends it
        self._process.wait()
        self._process.stdout.close()

    def open(self, name, target):
        """Opens a proxy to a port of 127.0.0.1 and returns its own port."""
        return self._ask(do="open", name=name, target=target)

    def name_source(self, name, pid):
        """From here on, connections that the process opens are those of source `name`. A name has one process."""
        self._ask(do="name_source", name=name, pid=pid)

    def set(self, proxy, rule, source=None):
        """Sets what happens on the way to a proxy: from one source, or from all that have no rule of their own."""
        self._ask(do="set", name=proxy, source=source, rule=dataclasses.asdict(rule))

    def reset(self):
        """Lets everything pass again."""
        self._ask(do="reset")

    def count(self, proxy):
        """Returns how many connections are open."""
        return self._ask(do="count", name=proxy)

    def _ask(self, **words):
        with self._mutex:
            self._process.stdin.write(json.dumps(words) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the proxies are gone")
        answer = json.loads(answer)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]


class Way:
    """What the connections from one source to one proxy have in common: the rule, and that it changed."""

    def __init__(self):
        self.rule = None  # None: that of the proxy
        self.changed = asyncio.Event()

    def set(self, rule):
        self.rule = rule
        self.changed.set()
        self.changed = asyncio.Event()


class Proxy:
    """Listens on one port. Lives in the process of the proxies."""

    def __init__(self, target, sources):
        self.target = target
        self.sources = sources
        self.ways = {None: Way()}
        self.ways[None].rule = Rule()
        self.streams = set()
        self.port = None

    async def start(self):
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def way(self, source):
        return self.ways.setdefault(source, Way())

    def rule(self, source):
        return self.way(source).rule or self.ways[None].rule

    def set(self, source, rule):
        self.way(source).set(rule)
        if source is None:
            for name in list(self.ways):
                if name is not None:
                    self.ways[name].set(self.ways[name].rule)

    def reset(self):
        for source, way in list(self.ways.items()):
            way.set(Rule() if source is None else None)

    async def serve(self, reader, writer):
        source = find_source(writer.get_extra_info("peername")[1], self.sources) if self.sources else None
        streams = {writer}
        self.streams.add(writer)
        whole = False
        try:
            # A held connection is taken, and its target does not hear of it before the hold ends.
            if await self.may_pass(source, "up"):
                connect = asyncio.open_connection("127.0.0.1", self.target)
                target_reader, target_writer = await asyncio.wait_for(connect, CONNECT_SECONDS)
                streams.add(target_writer)
                whole = await self.pump_both(source, reader, writer, target_reader, target_writer)
        except (OSError, asyncio.TimeoutError):
            pass
        finally:
            self.streams.discard(writer)
            for stream in streams:
                if whole:
                    stream.close()  # which sends what is left
                else:
                    reset(stream)

    async def may_pass(self, source, direction):
        """Waits while the way is held. Returns whether it is open then, not cut."""
        while self.rule(source).holds(direction):
            await self.way(source).changed.wait()
        return self.rule(source).mode != CUT

    async def wait_for_cut(self, source):
        while self.rule(source).mode != CUT:
            await self.way(source).changed.wait()

    async def pump_both(self, source, reader, writer, target_reader, target_writer):
        """Forwards until both directions ended, one broke (OSError), or the way is cut. Returns whether both ended."""
        pumps = [asyncio.ensure_future(self.pump(source, "up", reader, target_writer)),
                 asyncio.ensure_future(self.pump(source, "down", target_reader, writer))]
        cut = asyncio.ensure_future(self.wait_for_cut(source))
        try:
            both = asyncio.ensure_future(asyncio.gather(*pumps))
            await asyncio.wait([both, cut], return_when=asyncio.FIRST_COMPLETED)
            return both.done() and both.result() is not None
        finally:
            for task in [*pumps, cut, both]:
                task.cancel()
            await asyncio.gather(*pumps, cut, both, return_exceptions=True)

    async def pump(self, source, direction, reader, writer):
        """Forwards one direction until its end, which is forwarded too."""
        waiting = asyncio.Queue(CHUNKS_WAITING)
        reading = asyncio.ensure_future(self.read(source, direction, reader, waiting))
        clock = asyncio.get_running_loop()
        try:
            while True:
                due, data = await waiting.get()
                if due > clock.time():
                    await asyncio.sleep(due - clock.time())
                if data is None or not await self.may_pass(source, direction):
                    raise ConnectionResetError
                if not data:
                    writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()
        finally:
            reading.cancel()

    async def read(self, source, direction, reader, waiting):
        """Reads up to the end, b"", or a reset, None."""
        clock = asyncio.get_running_loop()
        data = b"begin"
        while data:
            try:
                data = await reader.read(CHUNK)
            except OSError:
                data = None
            await waiting.put((clock.time() + self.rule(source).delay_of(direction), data))


def reset(stream):
    """Closes so that the other side sees a reset, not an end."""
    with contextlib.suppress(OSError):  # it is closed already
        stream.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.transport.abort()


def find_source(port, sources):
    """Names the source whose process owns the socket that connects from a port of 127.0.0.1; None if it is none of them."""
    inode = find_inode(port)
    if inode is None:
        return None
    wanted = f"socket:[{inode}]"
    for name, pid in sources.items():
        try:
            with os.scandir(f"/proc/{pid}/fd") as descriptors:
                if any(read_link(entry.path) == wanted for entry in descriptors):
                    return name
        except OSError:
            continue  # it is dead
    return None


def find_inode(port):
    wanted = f"0100007F:{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            words = line.split()
            if words[1] == wanted and words[9] != "0":
                return words[9]
    return None


def read_link(path):
    try:
        return os.readlink(path)
    except OSError:
        return None


class Server:
    """Obeys commands, one a line of standard input, until that ends."""

    def __init__(self):
        self.proxies = {}
        self.sources = {}

    async def obey(self, words):
        do, name = words["do"], words.get("name")
        if do == "open":
            self.proxies[name] = Proxy(words["target"], self.sources)
            await self.proxies[name].start()
            return self.proxies[name].port
        if do == "name_source":
            self.sources[name] = words["pid"]
        elif do == "set":
            rule = words["rule"]
            self.proxies[name].set(words["source"], Rule(rule["mode"], tuple(rule["directions"]), rule["delay"]))
        elif do == "reset":
            for proxy in self.proxies.values():
                proxy.reset()
        elif do == "count":
            return len(self.proxies[name].streams)
        return None

    async def run(self):
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            try:
                answer = {"value": await self.obey(json.loads(line))}
            except Exception as error:  # whatever it is, the test must hear of it
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
        os._exit(0)  # open connections die with it


def main():
    asyncio.run(Server().run())


if __name__ == "__main__":
    main()
