"""The socket: lets people in, hands their frames to `frames`, forwards what the channel layer brings."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils.translation import gettext as _

from chat import frames, handshake
from chat.watch import watch
from mwork import realtime
from mwork.api.errors import Invalid, InvalidToken, translate

# Without one of its own, all sockets of a process would share one thread, and one slow lock would hold them all.
THREADS = ThreadPoolExecutor(8, "chat")
in_thread = partial(database_sync_to_async, thread_sensitive=False, executor=THREADS)
UNAUTHORISED, TOO_BIG, TRY_AGAIN = 4401, 1009, 1013


class ChatConsumer(AsyncWebsocketConsumer):
    socket = session = None  # until it is known who is there

    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        finally:  # however it ends
            if self.session is not None:
                await self.leave()

    async def dispatch(self, message):
        # Channels would close old database connections here, in a thread, for every event; `in_thread` does so itself.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self):
        if not handshake.origin_is_ours(self.scope):
            await self.close()
            return
        await self.accept()
        try:
            session = await in_thread(handshake.session_of)(self.scope)
        except Exception as exc:
            await self.refuse(exc)
            return
        self.session = session
        self.socket = socket = frames.Socket(session.user, self.channel_name)
        await self.channel_layer.group_add(realtime.group(session.user_id), self.channel_name)
        watch.join(self)
        for text in await in_thread(frames.hello)(socket):
            await self.send(text)

    async def receive(self, text_data=None, bytes_data=None):
        if self.socket is None:
            return
        if len(bytes_data or text_data.encode("utf-8", "surrogatepass")) > frames.LONGEST:
            self.socket = None
            await self.close(TOO_BIG)
        elif bytes_data is not None:
            await self.send(frames.failure(Invalid("frame", _("Send text, not bytes."))))
        else:
            for text in await in_thread(frames.answers)(self.socket, text_data):
                await self.send(text)

    async def leave(self):
        watch.leave(self)
        await self.channel_layer.group_discard(realtime.group(self.session.user_id), self.channel_name)
        await in_thread(frames.goodbye)(frames.Socket(self.session.user, self.channel_name))

    async def send(self, text_data=None, bytes_data=None, close=False):
        with suppress(RuntimeError):  # the line is closing at this moment; that we hear next
            await super().send(text_data, bytes_data, close)

    async def live_event(self, message):
        if self.socket and message["skip"] != self.channel_name:
            await self.send(message["text"])

    async def live_lost(self, message):
        """Something may have been missed: a client that hears `ready` asks `sync`."""
        if self.socket:
            await self.send(frames.ready(self.socket.user))

    async def live_end(self, message):
        if self.socket and str(self.session.id) in message["sessions"]:
            await self.refuse(InvalidToken())

    async def refuse(self, exc: Exception):
        """Say why and close; what still comes in is not heard."""
        self.socket = None
        await self.send(frames.failure(exc))
        await self.close(UNAUTHORISED if translate(exc).status_code == 401 else TRY_AGAIN)
