"""Which channel layer serves our sockets best: `python -m benchmarks.layers` (about three minutes; Linux).

A relay without a database under each layer on our own server, and a bare `websockets` server with one Redis
subscription doing the same. CLIENTS sockets, one group each, in pairs; each message goes to the partner's group. First
as many messages as pass (each pair keeps one on its way), then a steady stream, then a burst into one group whose
reader stands still. Everything runs on 127.0.0.1 and ends by itself.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.relay import LAYERS, from_synchronous_code
from mwork import embedded, running
from tests.live import free_port

CLIENTS, SECONDS, STEADY = 100, 8, 100  # sockets, of each run, messages a second of the steady stream
BURST = 3000  # messages to a reader that stands still
ROOT = Path(__file__).resolve().parent.parent


class Relay:
    """A server process of this kind on its own port, and what it has used of the processor."""

    def __init__(self, kind: str, redis_url: str):
        self.port = free_port()
        environment = {**os.environ, "REDIS_URL": redis_url, "RELAY": kind, "PORT": str(self.port)}
        where = ["-b", "127.0.0.1", "-p", str(self.port), "--access-log", "/dev/null", "-v", "0"]
        words = ["benchmarks.relay"] if kind == "bare" else ["mwork.serve", *where, "benchmarks.relay:application"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=environment,
            preexec_fn=running.end_with_parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def opened(port: int, name: str):
    # Here, as only the benchmark's own process needs it: the relay under test imports this package too.
    from websockets.asyncio.client import connect  # noqa: PLC0415

    for attempt in range(100):
        try:
            socket = await connect(f"ws://127.0.0.1:{port}/{name}", compression=None, ping_interval=None)
        except OSError:
            if attempt == 99:
                raise
            await asyncio.sleep(0.1)
        else:
            await socket.recv()  # "ready"
            return socket
    return None


async def measure(relay: Relay) -> dict:
    sockets = [await opened(relay.port, f"user{n}") for n in range(CLIENTS)]
    full = await saturated(relay, sockets)
    steady = await steadily(relay, sockets)
    for socket in sockets:
        await socket.close()
    return {**full, **steady, **await burst(relay)}


async def saturated(relay: Relay, sockets) -> dict:
    """Each of a pair answers what it gets, so that as many messages are on their way as there are pairs."""
    waits, end, before = [], time.monotonic() + SECONDS, relay.cpu_seconds()

    async def one(number, socket):
        partner = f"user{number ^ 1}"
        if number % 2 == 0:
            await socket.send(json.dumps([partner, time.monotonic()]))
        while time.monotonic() < end:
            try:
                _to, sent = json.loads(await asyncio.wait_for(socket.recv(), 1))
            except TimeoutError:
                continue
            waits.append(time.monotonic() - sent)
            await socket.send(json.dumps([partner, time.monotonic()]))

    await asyncio.gather(*(one(number, socket) for number, socket in enumerate(sockets)))
    await asyncio.sleep(1)
    for socket in sockets:
        await drain(socket)
    return {"rate": len(waits) / SECONDS, "cpu_us": (relay.cpu_seconds() - before) / len(waits) * 1e6, **spread(waits)}


async def steadily(relay: Relay, sockets) -> dict:
    waits, sent = [], 0

    async def listen(socket):
        while True:
            _to, sent_at = json.loads(await socket.recv())
            waits.append(time.monotonic() - sent_at)

    readers = [asyncio.create_task(listen(socket)) for socket in sockets]
    start = time.monotonic()
    while time.monotonic() < start + SECONDS:
        await asyncio.sleep(max(0, start + sent / STEADY - time.monotonic()))
        number = sent % CLIENTS
        await sockets[number].send(json.dumps([f"user{number ^ 1}", time.monotonic()]))
        sent += 1
    await asyncio.sleep(1)
    for reader in readers:
        reader.cancel()
    return {f"steady_{name}": value for name, value in spread(waits).items()} | {"lost": sent - len(waits)}


async def burst(relay: Relay) -> dict:
    """How many of BURST messages arrive though their reader's consumer stands still for a second, and how often it is

    told that some did not.
    """
    reader, writer = await opened(relay.port, "sleeper"), await opened(relay.port, "writer")
    await reader.send(json.dumps(["pause", 1]))
    await asyncio.sleep(0.1)
    for _ in range(BURST):
        await writer.send(json.dumps(["sleeper", time.monotonic()]))
    came = await drain(reader, 4)
    await reader.close()
    await writer.close()
    told = came.count('["lost", 0]')
    return {"arrived": len(came) - told, "told": told}


async def drain(socket, quiet: float = 0.05) -> list[str]:
    """All that comes until nothing has come for so long."""
    came = []
    try:
        while True:
            came.append(await asyncio.wait_for(socket.recv(), quiet))
    except TimeoutError:
        return came


def spread(waits: list[float]) -> dict:
    ordered = sorted(waits) or [float("nan")]
    return {"p50": median(ordered) * 1000, "p99": ordered[int(len(ordered) * 0.99) - 1] * 1000}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.layers")
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    results: dict[str, list[dict]] = {kind: [] for kind in [*LAYERS, "bare"]}
    with tempfile.TemporaryDirectory() as folder, embedded.Valkey(Path(folder) / "valkey") as redis:
        for _ in range(rounds):
            for kind, found in results.items():
                with Relay(kind, redis.url) as relay:
                    found.append(asyncio.run(measure(relay)))
                found[-1]["from_sync_ms"] = from_synchronous_code(kind, redis.url)
    names = list(next(iter(results.values()))[0])
    lines = ["| layer | " + " | ".join(names) + " |"]
    for kind, found in results.items():
        middle = [median(each[name] for each in found) for name in names]
        lines.append(f"| {kind} | " + " | ".join(f"{value:.2f}" for value in middle) + " |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
