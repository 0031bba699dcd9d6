"""Looks after the open sockets of this process: ends those whose session has ended, renews who is online.

Ended sessions are told of at once through the channel layer; this is what holds when Redis is away.
"""

import asyncio
import logging
from uuid import UUID

from channels.db import database_sync_to_async

from accounts import authentication
from chat import presence
from mwork.api.errors import InvalidToken

logger = logging.getLogger(__name__)

EVERY = 2  # seconds between two looks; the promise is 5
RENEW = 10  # looks between two renewals of presence


class Watch:
    """One task for all sockets, and one query a look, however many they are."""

    def __init__(self):
        self._sockets: dict[UUID, set] = {}
        self._task: asyncio.Task | None = None

    def join(self, consumer) -> None:
        self._sockets.setdefault(consumer.session.id, set()).add(consumer)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    def leave(self, consumer) -> None:
        consumers = self._sockets.get(consumer.session.id, set())
        consumers.discard(consumer)
        if not consumers:
            self._sockets.pop(consumer.session.id, None)

    async def _look(self) -> None:
        looks = 0
        while self._sockets:
            await asyncio.sleep(EVERY)
            looks += 1
            try:
                await self._end_dead_ones()
                if looks % RENEW == 0:
                    await asyncio.to_thread(presence.renew, self._places())
            except Exception:  # the database is away: nothing is said then either, and the next look comes
                logger.exception("open sockets could not be checked")

    async def _end_dead_ones(self) -> None:
        asked = set(self._sockets)
        living = await database_sync_to_async(authentication.living, thread_sensitive=False)(asked)
        for session_id in asked - living:
            for consumer in list(self._sockets.pop(session_id, ())):
                try:
                    await consumer.refuse(InvalidToken())
                except Exception:  # one line's trouble must not keep another open
                    logger.exception("a socket could not be closed")

    def _places(self) -> list[presence.Place]:
        return [(each.session.user_id, each.channel_name) for group in self._sockets.values() for each in group]


watch = Watch()
