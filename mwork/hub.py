"""The channel layer of this project: one Redis subscription a process, and fan-out inside the process.

A bell, never the truth. What it carries may be lost, with Redis or with a socket that reads too slowly; whoever may
have missed something is told so by LOST and reads the database again.
"""

import asyncio
import json
import logging
from collections.abc import Iterable
from itertools import count
from uuid import uuid4

from channels.layers import BaseChannelLayer
from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from mwork import redis

logger = logging.getLogger(__name__)

LOST = {"type": "live.lost"}
QUIET = 5  # seconds without a word after which Redis is asked whether it lives
SETTLE = 3  # seconds to connect and subscribe, or to answer
OUTBOX = 10_000  # messages that may wait for Redis
RETRY = 0.5  # seconds between two tries to come back


class HubChannelLayer(BaseChannelLayer):
    """Channels' interface of a layer: groups, and channels of this process.

    `capacity` is the number of messages that may wait for one channel; one more, and LOST takes the place of them all.
    Messages are JSON. What is delivered is shared by all who get it: look, don't change. Lives on one event loop.
    """

    extensions = ["groups", "flush"]

    def __init__(self, capacity: int = 1000):
        super().__init__(capacity=capacity)
        self._numbers = count(1)
        self._dropped = False  # something was not sent, and nobody knows of it yet
        self._start()

    def _start(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop, self._process = loop, uuid4().hex
        self._queues: dict[str, asyncio.Queue] = {}
        self._groups: dict[str, set[str]] = {}
        self._client: Redis | None = None  # while it answers
        self._outbox: asyncio.Queue = asyncio.Queue(OUTBOX)
        self._tasks: list[asyncio.Task] = []
        self._settled, self._interrupted = asyncio.Event(), False

    async def new_channel(self, prefix: str = "specific") -> str:
        await self._follow_loop()
        return f"{prefix}.{self._process}!{next(self._numbers)}"

    async def receive(self, channel: str) -> dict:
        self.require_valid_channel_name(channel)
        await self._follow_loop()
        queue = self._queue(channel)
        try:
            return await queue.get()
        except asyncio.CancelledError:
            if queue.empty():
                self._queues.pop(channel, None)
            raise

    async def send(self, channel: str, message: dict) -> None:
        self.require_valid_channel_name(channel)
        await self._hand_over([channel], message)

    async def group_add(self, group: str, channel: str) -> None:
        """Returns once events reach the group here, or at once while Redis is away."""
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        await self._follow_loop()
        self._groups.setdefault(group, set()).add(channel)
        await self._settled.wait()

    async def group_discard(self, group: str, channel: str) -> None:
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        members = self._groups.get(group, set())
        members.discard(channel)
        if not members:
            self._groups.pop(group, None)
        self._queues.pop(channel, None)

    async def group_send(self, group: str, message: dict) -> None:
        self.require_valid_group_name(group)
        await self._hand_over([group], message)

    async def flush(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._start()

    def publish(self, names: Iterable[str], message: dict) -> bool:
        """Send the message to these groups and channels, from any thread. False when Redis is away: nobody gets it.

        Once Redis is back, everybody is told that something may have been missed.
        """
        if not redis.is_away():
            try:
                if self._dropped:
                    redis.client().publish(topic(), json.dumps([None, LOST]))
                    self._dropped = False
                redis.client().publish(topic(), json.dumps([list(names), message], ensure_ascii=False))
                return True
            except RedisError:
                redis.mark_away()
                logger.warning("Redis is away: nothing is delivered live, clients will ask")
        self._dropped = True
        return False

    async def _follow_loop(self) -> None:
        """Listen on the running loop; what belonged to another one is forgotten."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._start(loop)
        if not self._tasks:
            self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._send)]

    async def _hand_over(self, names: list[str], message: dict) -> None:
        """Send from the loop: through the outbox, which one task empties, so that no sender waits for Redis."""
        await self._follow_loop()
        try:
            self._outbox.put_nowait(json.dumps([names, message], ensure_ascii=False))
        except asyncio.QueueFull:
            self._dropped = True

    async def _send(self) -> None:
        """Hand what is in the outbox to Redis, all of it at one stroke."""
        while True:
            waiting = [await self._outbox.get()]
            while not self._outbox.empty():
                waiting.append(self._outbox.get_nowait())
            client = self._client
            if client is None:
                self._dropped = True
                continue
            pipe = client.pipeline(transaction=False)
            for text in waiting:
                pipe.publish(topic(), text)
            try:
                await pipe.execute()
            except (RedisError, OSError):
                self._dropped = True

    async def _listen(self) -> None:
        """Deliver what Redis brings, for ever; come back by ourselves when it went away."""
        while True:
            try:
                await self._subscription()
            except Exception as error:  # whatever it is: the process must hear again
                if not self._interrupted:
                    logger.warning("live delivery is interrupted: %r", error)
                self._interrupted = True
                self._settled.set()  # nobody who comes now shall wait for it
            await asyncio.sleep(RETRY)

    async def _subscription(self) -> None:
        """One connection's life; ends by an exception."""
        # No retries inside the client: it would subscribe anew in silence, and what was missed meanwhile untold.
        client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=SETTLE, socket_timeout=None, retry=None)
        try:
            async with client, client.pubsub() as subscription:
                async with asyncio.timeout(SETTLE):
                    await subscription.subscribe(topic())
                    await subscription.get_message(timeout=SETTLE)
                self._client = client
                self._resume()
                await self._follow(subscription)
        finally:
            self._client = None

    async def _follow(self, subscription: PubSub) -> None:
        """Deliver what comes; TimeoutError when nothing comes and Redis does not answer either."""
        asked = False
        while True:
            if self._dropped and not redis.is_away():
                await asyncio.to_thread(self.publish, [], LOST)
            message = await subscription.get_message(timeout=SETTLE if asked else QUIET)
            if message is None and asked:
                raise TimeoutError("no answer to PING")
            asked = message is None
            if asked:
                await subscription.ping()
            elif message["type"] == "message":
                self._deliver(*json.loads(message["data"]))
                await asyncio.sleep(0)  # many may have come at once: let those who read them read

    def _resume(self) -> None:
        if self._interrupted:
            logger.warning("live delivery is back")
            redis.mark_back()
            self._tell_lost()
            # Other processes believe for a while yet that Redis is away and drop what they would send.
            self._loop.call_later(redis.AWAY_FOR + 1, self._tell_lost)
        self._interrupted = False
        self._settled.set()

    def _tell_lost(self) -> None:
        for channel in {channel for members in self._groups.values() for channel in members}:
            self._put(channel, LOST)

    def _deliver(self, names: list[str] | None, message: dict) -> None:
        """To these groups and channels; to every channel here when None."""
        if names is None:
            return self._tell_lost()
        for name in names:
            for channel in self._groups.get(name, ()):
                self._put(channel, message)
            if f".{self._process}!" in name:
                self._put(name, message)
        return None

    def _put(self, channel: str, message: dict) -> None:
        queue = self._queue(channel)
        if queue.full():
            while not queue.empty():
                queue.get_nowait()
            message = LOST
        queue.put_nowait(message)

    def _queue(self, channel: str) -> asyncio.Queue:
        return self._queues.setdefault(channel, asyncio.Queue(self.capacity))


def topic() -> str:
    """The one Redis channel of this system. Redis's channels know no databases, so the number is part of the name."""
    return f"{redis.client().connection_pool.connection_kwargs.get('db', 0)}.live"
