# ruff: noqa: PLC0415  imports after django.setup()
"""What an idle socket costs, how soon a message comes, and how many a process bears: `python -m benchmarks.sockets`

(three minutes; Linux, two cores). The whole of MWork with production's command for sockets on a PostgreSQL and a
Valkey of its own, then a bare `websockets` server that runs the very same transaction through asyncpg. IDLE people in
rooms of two, all connected; RATE messages a second in ROOMS of the rooms; then as many as pass, each of those rooms
keeping one on its way. Every message is stored before it is acknowledged. The server has core 0, all else core 1;
everything runs on 127.0.0.1 and ends by itself.
"""

import asyncio
import json
import pickle
import resource
import sys
import time
from pathlib import Path

from benchmarks import stage
from benchmarks.transactions import captured, with_names

IDLE, ROOMS, RATE, SECONDS, FULL = 1000, 100, 20, 30, 10
SEQ, CLIENT_ID = 7_000_000, "of-the-benchmark"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with stage.own_servers() as folder:
        people = people_in_rooms()
        stage.pin_the_database()
        rows = [("MWork", ours(people)), ("bare, the same transaction", bare(folder, people))]
    names = list(rows[0][1])
    lines = ["| server | " + " | ".join(names) + " |"]
    lines += [f"| {name} | " + " | ".join(f"{found[each]:.1f}" for each in names) + " |" for name, found in rows]
    sys.stdout.write("\n".join(lines) + "\n")


def people_in_rooms() -> list[tuple]:
    """IDLE users in rooms of two: (room, user, token) of each."""
    from accounts.models import User
    from chat.models import Membership, Room

    users = User.objects.bulk_create(User(email=f"user{n}@example.kz", role="model") for n in range(IDLE))
    found = []
    for one, other in zip(users[::2], users[1::2], strict=True):
        first, second = sorted((one, other), key=lambda user: user.id)
        room = Room.objects.create(first=first, second=second)
        Membership.objects.bulk_create(Membership(room=room, user=user, may_answer=True) for user in (first, second))
        found += [(room, user, stage.token(user)) for user in (first, second)]
    return found


def ours(people: list[tuple]) -> dict[str, float]:
    from mwork.cluster import layout
    from tests.live import free_port

    port = free_port()
    with stage.serving(layout.command("sockets", port=port), port) as pid:
        stage.ask(port, "/health/ready")

        def frame(number: int) -> str:
            said = {"content": f"{time.monotonic()}", "client_id": str(time.time_ns())}
            return json.dumps({"type": "message", "room_id": str(people[number][0].id), **said})

        return asyncio.run(measure(pid, [f"ws://127.0.0.1:{port}/ws?token={token}" for *_, token in people], frame))


def bare(folder: Path, people: list[tuple]) -> dict[str, float]:
    from tests.live import free_port

    port, work = free_port(), folder / "work"
    work.write_bytes(pickle.dumps(transaction(people)))
    environment = {"PORT": str(port), "WORK": str(work)}
    with stage.serving([sys.executable, "-m", "benchmarks.peers.bare_chat"], port, environment) as pid:

        def frame(number: int) -> str:
            return json.dumps({"content": f"{time.monotonic()}", "client_id": str(time.time_ns())})

        return asyncio.run(measure(pid, [f"ws://127.0.0.1:{port}/{number}" for number in range(IDLE)], frame))


def transaction(people: list[tuple]) -> tuple[list[str], list[dict]]:
    """Its statements, and the values of each person. Numbers are far behind those that ours has given."""
    from chat import services
    from chat.models import Room

    Room.objects.update(last_seq=SEQ)
    (room, person, _token), (_room, other, _) = people[:2]
    said = {"sender": person, "room_id": room.id, "content": "Good day", "client_id": CLIENT_ID}
    statements, (message, _new) = captured(lambda: services.say(**said))
    known = {room.id: "room", person.id: "person", other.id: "other", message.id: "new"}
    known |= {f"'{CLIENT_ID}'": "client_id", str(SEQ + 1): "seq"}
    pairs = zip(people[::2], people[1::2], strict=True)
    ordered = [turned for one, two in pairs for turned in ((one, two), (two, one))]
    values = [
        {"room": room.id, "person": me.id, "other": other.id, "seq": SEQ + 1}
        for (room, me, _), (_room, other, _) in ordered
    ]
    return with_names(statements, known), values


async def measure(pid: int, addresses: list[str], frame) -> dict[str, float]:
    before = stage.resident(pid)
    sockets = [await opened(address) for address in addresses]
    await asyncio.sleep(5)
    memory = (stage.resident(pid) - before) / IDLE
    waits: dict[str, list[float]] = {"ack": [], "message": []}
    acks = [asyncio.Event() for _ in range(ROOMS * 2)]

    async def listen(number: int):
        async for text in sockets[number]:
            event = json.loads(text)
            if event["type"] in waits:
                waits[event["type"]].append((time.monotonic() - float(event["message"]["content"])) * 1000)
            if event["type"] == "ack":
                acks[number].set()

    readers = [asyncio.create_task(listen(number)) for number in range(ROOMS * 2)]
    start, busy = time.monotonic(), stage.processor(pid)
    for sent in range(RATE * SECONDS):
        await asyncio.sleep(max(0, start + sent / RATE - time.monotonic()))
        number = sent * 7 % (ROOMS * 2)
        await sockets[number].send(frame(number))
    await asyncio.sleep(1)
    busy = stage.processor(pid) - busy
    steady = {
        "KB a socket": memory,
        "delivered p50, ms": at(waits["message"], 0.5),
        "delivered p99, ms": at(waits["message"], 0.99),
        "not delivered": RATE * SECONDS - len(waits["message"]),
        "CPU, %": busy / SECONDS * 100,
    }
    for each in waits.values():
        each.clear()
    until = time.monotonic() + FULL

    async def talk(number: int):
        while time.monotonic() < until:
            acks[number].clear()
            await sockets[number].send(frame(number))
            await acks[number].wait()

    busy = stage.processor(pid)
    await asyncio.gather(*(talk(number) for number in range(0, ROOMS * 2, 2)))
    busy, stored = stage.processor(pid) - busy, len(waits["ack"])
    for reader in readers:
        reader.cancel()
    for socket in sockets:
        await socket.close()
    return steady | {
        "full, messages/s": stored / FULL,
        "full p50, ms": at(waits["ack"], 0.5),
        "full p99, ms": at(waits["ack"], 0.99),
        "CPU a message, ms": busy / stored * 1000,
    }


async def opened(address: str):
    from websockets.asyncio.client import connect

    socket = await connect(address, compression=None, ping_interval=None)
    await socket.recv()  # "ready"
    return socket


def at(waits: list[float], share: float) -> float:
    return sorted(waits)[int(len(waits) * share)] if waits else float("nan")


if __name__ == "__main__":
    main()
