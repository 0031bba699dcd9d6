"""The socket: lets people in, hands their frames to `frames`, forwards what the channel layer brings."""

from contextlib import suppress

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer

from chat import frames, handshake
from chat.threads import in_thread
from chat.watch import watch
from mwork import metrics, realtime
from mwork.api.errors import InvalidToken, translate

UNAUTHORISED, TOO_BIG, TRY_AGAIN = 4401, 1009, 1013


class ChatConsumer(AsyncWebsocketConsumer):
    socket = session = None  # until it is known who is there

    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        finally:  # however it ends
            if self.session is not None:
                metrics.SOCKETS.dec()
                watch.leave(self)
                await self.channel_layer.group_discard(realtime.group(self.session.user_id), self.channel_name)
                await in_thread(frames.goodbye)(frames.Socket(self.session.user, self.channel_name))

    async def dispatch(self, message):
        # Channels would close old database connections here, in a thread, for every event; `in_thread` does so itself.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self):
        if not handshake.origin_is_ours(self.scope):
            return await self.close()
        await self.accept()
        try:
            self.session = await in_thread(handshake.session_of)(self.scope)
            metrics.SOCKETS.inc()
            self.socket = socket = frames.Socket(self.session.user, self.channel_name)
            await self.channel_layer.group_add(realtime.group(self.session.user_id), self.channel_name)
            watch.join(self)
            return await self.tell(await in_thread(frames.hello)(socket))
        except Exception as exc:
            return await self.refuse(exc)

    async def receive(self, text_data=None, bytes_data=None):
        if self.socket is None:
            return
        raw = bytes_data if text_data is None else text_data.encode("utf-8", "surrogatepass")
        if len(raw) > frames.LONGEST:
            self.socket = None
            await self.close(TOO_BIG)
        else:
            await self.tell(await in_thread(frames.answers)(self.socket, text_data))

    async def tell(self, texts: list[str]):
        with suppress(RuntimeError):  # the line is closing at this moment; that we hear next
            for text in texts:
                await self.send(text)

    async def live_event(self, message):
        if self.socket and message["skip"] != self.channel_name:
            await self.tell([message["text"]])

    async def live_lost(self, message):
        if self.socket:  # something may have been missed: a client that hears `ready` asks `sync`
            await self.tell([frames.ready(self.socket.user)])

    async def live_end(self, message):
        if self.socket and str(self.session.id) in message["sessions"]:
            await self.refuse(InvalidToken())

    async def refuse(self, exc: Exception):
        """Say why and close; what still comes in is not heard."""
        self.socket = None
        await self.tell([frames.failure(exc)])
        await self.close(UNAUTHORISED if translate(exc).status_code == 401 else TRY_AGAIN)
