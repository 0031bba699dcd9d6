"""Where sockets go: /ws, and nowhere else."""

from chat.consumers import ChatConsumer

consumer = ChatConsumer.as_asgi()


async def sockets(scope, receive, send) -> None:
    """The socket's application; a handshake for any other address is refused (the server answers 403)."""
    if scope["path"] == "/ws":
        await consumer(scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close"})
