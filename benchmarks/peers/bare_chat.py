"""A chat without anything: `websockets`, and by asyncpg the very statements of our transaction, for each message.

`python -m benchmarks.peers.bare_chat` with PORT, DATABASE_URL and WORK, a pickle of (statements, values of each
socket); the path names the socket by its number, its partner is the neighbour. Told are the partner and, with an ack,
the sender.
"""

import asyncio
import json
import os
import pickle
from pathlib import Path
from uuid import uuid4

import asyncpg
from websockets.asyncio.server import serve

from benchmarks.transactions import filled

CONNECTIONS = 8  # as many as ours has threads for its sockets


async def main() -> None:
    statements, people = pickle.loads(Path(os.environ["WORK"]).read_bytes())  # noqa: S301  ours, before any work
    sockets, locks = {}, [asyncio.Lock() for _ in people]

    async def handle(socket):
        number = int(socket.request.path.strip("/"))
        sockets[number] = socket
        await socket.send('{"type": "ready"}')
        async for text in socket:
            asked = json.loads(text)
            async with locks[number // 2], pool.acquire() as connection:  # a room's messages come one by one
                values = people[number]
                values["seq"] += 1
                people[number ^ 1]["seq"] = values["seq"]
                values |= {"client_id": asked["client_id"], "new": uuid4()}
                for statement in statements:
                    await connection.execute(filled(statement, values))
            message = {"content": asked["content"], "client_id": asked["client_id"], "seq": values["seq"]}
            if number ^ 1 in sockets:
                await sockets[number ^ 1].send(json.dumps({"type": "message", "message": message}))
            await socket.send(json.dumps({"type": "ack", "message": message}))

    async with (
        asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=CONNECTIONS, max_size=CONNECTIONS) as pool,
        serve(handle, "127.0.0.1", int(os.environ["PORT"]), compression=None, ping_interval=None) as server,
    ):
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
