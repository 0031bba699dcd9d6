"""What an idle socket costs and how soon a message comes: `python -m benchmarks.sockets` (about two minutes; Linux).

The whole of MWork on a PostgreSQL and a Valkey of its own, SOCKETS people in rooms of two, all connected and idle but
for RATE messages a second over sockets, each stored and acknowledged; then a bare `websockets` server that relays the
same through Redis and stores nothing. Everything runs on 127.0.0.1 and ends by itself.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from mwork import embedded

SOCKETS, RATE, SECONDS = 300, 20, 30


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with embedded.Postgres(path / "postgres") as postgres, embedded.Valkey(path / "valkey") as redis:
            os.environ |= {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url, "DEBUG": "false"}
            os.environ |= {"SECRET_KEY": "b" * 40, "JWT_SIGNING_KEY": "j" * 40, "RATE_LIMIT_CHAT": "off"}
            os.environ["DJANGO_SETTINGS_MODULE"] = "mwork.settings"
            rows = [("MWork", asyncio.run(whole(path / "web.log", people())))]
            rows.append(("bare relay", asyncio.run(bare(redis.url))))
    names = list(rows[0][1])
    lines = ["| server | " + " | ".join(names) + " |"]
    lines += [f"| {name} | " + " | ".join(f"{found[each]:.1f}" for each in names) + " |" for name, found in rows]
    sys.stdout.write("\n".join(lines) + "\n")


def people() -> list[tuple[str, str, str]]:
    """So many users in rooms of two: token, user id, room id of each."""
    # Only now is there an environment that Django can read.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from accounts import services, tokens  # noqa: PLC0415
    from accounts.models import User  # noqa: PLC0415
    from chat.models import Membership, Room  # noqa: PLC0415

    users = User.objects.bulk_create(User(email=f"user{n}@example.kz", role="model") for n in range(SOCKETS))
    seats = []
    for one, other in zip(users[::2], users[1::2], strict=True):
        first, second = sorted((one, other), key=lambda user: user.id)
        room = Room.objects.create(first=first, second=second)
        Membership.objects.bulk_create(Membership(room=room, user=user, may_answer=True) for user in (first, second))
        for user in (one, other):
            session, _refresh = services.open_session(user=user)
            seats.append((tokens.access(session), str(user.id), str(room.id)))
    connection.close()
    return seats


async def whole(log: Path, seats) -> dict:
    from tests import live  # noqa: PLC0415  reads the settings

    server = live.Server(log)
    server.start()
    try:
        await asyncio.sleep(2)
        before = resident(server.process.pid)
        sockets = [await opened(f"ws://127.0.0.1:{server.port}/ws?token={token}") for token, *_ in seats]
        await asyncio.sleep(5)
        memory = (resident(server.process.pid) - before) / SOCKETS

        def frame(number: int) -> str:
            content = f"{time.monotonic()}"
            return json.dumps(
                {"type": "message", "room_id": seats[number][2], "content": content, "client_id": str(time.time_ns())}
            )

        def sent_at(text: str) -> tuple[str, float] | None:
            event = json.loads(text)
            if event["type"] in ("ack", "message"):
                return event["type"], float(event["message"]["content"])
            return None

        return {"KB a socket": memory, **await stream(sockets, frame, sent_at, server.process.pid)}
    finally:
        server.stop()


async def bare(redis_url: str) -> dict:
    from benchmarks.layers import Relay  # noqa: PLC0415

    with Relay("bare", redis_url) as relay:
        await asyncio.sleep(2)
        before = resident(relay.process.pid)
        sockets = [await opened(f"ws://127.0.0.1:{relay.port}/user{n}") for n in range(SOCKETS)]
        await asyncio.sleep(2)
        memory = (resident(relay.process.pid) - before) / SOCKETS

        def frame(number: int) -> str:
            return json.dumps([f"user{number ^ 1}", time.monotonic()])

        def sent_at(text: str) -> tuple[str, float]:
            return "message", json.loads(text)[1]

        return {"KB a socket": memory, **await stream(sockets, frame, sent_at, relay.process.pid)}


async def opened(address: str):
    from websockets.asyncio.client import connect  # noqa: PLC0415

    socket = await connect(address, compression=None, ping_interval=None)
    await socket.recv()  # "ready"
    return socket


async def stream(sockets, frame, sent_at, pid: int) -> dict:
    """RATE messages a second for SECONDS, each from another socket."""
    waits: dict[str, list[float]] = {"ack": [], "message": []}

    async def listen(socket):
        async for text in socket:
            if found := sent_at(text):
                waits[found[0]].append((time.monotonic() - found[1]) * 1000)

    readers = [asyncio.create_task(listen(socket)) for socket in sockets]
    start, busy = time.monotonic(), cpu_seconds(pid)
    for sent in range(RATE * SECONDS):
        await asyncio.sleep(max(0, start + sent / RATE - time.monotonic()))
        number = sent * 7 % SOCKETS
        await sockets[number].send(frame(number))
    await asyncio.sleep(1)
    busy = cpu_seconds(pid) - busy
    for reader in readers:
        reader.cancel()
    for socket in sockets:
        await socket.close()
    return {
        "delivered p50, ms": at(waits["message"], 0.5),
        "delivered p99, ms": at(waits["message"], 0.99),
        "ack p50, ms": at(waits["ack"], 0.5),
        "ack p99, ms": at(waits["ack"], 0.99),
        "not delivered": RATE * SECONDS - len(waits["message"]),
        "CPU, %": busy / SECONDS * 100,
    }


def at(waits: list[float], share: float) -> float:
    return sorted(waits)[int(len(waits) * share)] if waits else float("nan")


def resident(pid: int) -> int:
    """KB."""
    return int(re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
