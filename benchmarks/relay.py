"""The relay that benchmarks.layers measures: `[to, sent]` goes to the group `to`, `["pause", seconds]` stands still.

Under Channels as `benchmarks.relay:application` with the layer that RELAY names; `python -m benchmarks.relay` is the
bare one: `websockets`, one Redis subscription, a dict.
"""

import asyncio
import json
import os
import time
from collections import defaultdict
from statistics import median

REDIS_URL = os.environ.get("REDIS_URL", "")
_HOSTS = {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]}
LAYERS = {
    "core": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": _HOSTS},
    "pubsub": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": _HOSTS},
    "hub": {"BACKEND": "mwork.hub.HubChannelLayer"},
}


def channels_application():
    # Here and in this order: Django must be configured before Channels is imported.
    from django.conf import settings  # noqa: PLC0415

    settings.configure(CHANNEL_LAYERS={"default": LAYERS[os.environ["RELAY"]]}, REDIS_URL=REDIS_URL)
    from channels.consumer import get_handler_name  # noqa: PLC0415
    from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: PLC0415

    class Consumer(AsyncWebsocketConsumer):
        async def dispatch(self, message):
            await getattr(self, get_handler_name(message))(message)

        async def connect(self):
            await self.accept()
            await self.channel_layer.group_add(self.scope["path"].strip("/"), self.channel_name)
            await self.send("ready")

        async def disconnect(self, code):
            await self.channel_layer.group_discard(self.scope["path"].strip("/"), self.channel_name)

        async def receive(self, text_data=None, bytes_data=None):
            to, value = json.loads(text_data)
            if to == "pause":
                await asyncio.sleep(value)
            else:
                await self.channel_layer.group_send(to, {"type": "relay", "text": text_data})

        async def relay(self, message):
            await self.send(message["text"])

        async def live_lost(self, message):
            await self.send('["lost", 0]')

    return Consumer.as_asgi()


async def bare() -> None:
    from redis.asyncio import Redis  # noqa: PLC0415  only this one needs them
    from websockets.asyncio.server import serve  # noqa: PLC0415

    redis, groups = Redis.from_url(REDIS_URL), defaultdict(set)

    async def handle(socket):
        group = groups[socket.request.path.strip("/")]
        group.add(socket)
        await socket.send("ready")
        async for text in socket:
            to, value = json.loads(text)
            if to == "pause":
                await asyncio.sleep(value)
            else:
                await redis.publish("relay", text)
        group.discard(socket)

    async def follow():
        async with redis.pubsub() as subscription:
            await subscription.subscribe("relay")
            async for message in subscription.listen():
                if message["type"] == "message":
                    for socket in groups[json.loads(message["data"])[0]]:
                        await socket.send(message["data"].decode())

    async with serve(handle, "127.0.0.1", int(os.environ["PORT"]), compression=None, ping_interval=None):
        await follow()


def from_synchronous_code(kind: str, redis_url: str) -> float:
    """The milliseconds that a view or a worker waits for one message to be handed over; median of 200."""
    import redis  # noqa: PLC0415
    from asgiref.sync import async_to_sync  # noqa: PLC0415
    from channels.layers import channel_layers  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    if not settings.configured:
        settings.configure(CHANNEL_LAYERS=LAYERS, REDIS_URL=redis_url)
    for layer in (LAYERS["core"], LAYERS["pubsub"]):
        layer["CONFIG"]["hosts"][0]["address"] = redis_url
    client = redis.Redis.from_url(redis_url)
    message = {"type": "relay", "text": "x" * 400}
    acts = {
        "bare": lambda: client.publish("nobody", json.dumps(message)),
        "hub": lambda: channel_layers["hub"].publish(["nobody"], message),
    }
    act = acts.get(kind) or (lambda: async_to_sync(channel_layers[kind].group_send)("nobody", message))
    waits = []
    for _ in range(200):
        start = time.perf_counter()
        act()
        waits.append((time.perf_counter() - start) * 1000)
    return median(waits)


if __name__ == "__main__":
    asyncio.run(bare())
elif "RELAY" in os.environ:
    application = channels_application()
