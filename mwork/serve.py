"""The web server, HTTP and sockets: `python -m mwork.serve -b 127.0.0.1 -p 8000 mwork.asgi:application`.

Daphne with all its options, and six differences. A frame that cannot be taken (longer than a mebibyte, not UTF-8) is
answered with a close frame that says why, where Daphne cuts the line without a word. And the application may close with
the codes of RFC 6455, such as 1009, where Daphne's library lets it name only 1000 and its own. And nobody fills our
memory: who sends faster than is answered is read no further, who does not read what is sent is cut off; Daphne's queues
have no bounds. Who is told why the line closes has ten seconds to read it: after one, Daphne resets a line whose client
has not agreed, and what was said last is lost on a slow network. Its access log is
ours (`mwork.access`): Daphne's holds query strings and with them tickets. And being asked to end takes nobody by
surprise: no new line is accepted, sockets are closed with 1012, running requests are answered; who lingers is cut off.
"""

import asyncio
import logging
import time

from daphne import cli, http_protocol, server, ws_protocol
from twisted.internet import defer, reactor, tcp

WAITING = 64  # frames of one socket that may wait for the application
LARGE = 16 * 1024  # bytes of a frame that is waited for alone
UNSENT = 4 * 1024 * 1024  # characters that may wait for a client that does not read
GOODBYE = 10  # seconds in which a client may agree to a close
LOOK = 0.05  # seconds between two looks whether the application has caught up
RESTARTING = 1012  # the close code that says so, of the registry of RFC 6455
SOCKETS_END = 1.5  # seconds that sockets have to agree to it; with the next line less than `make run` waits for us
FAREWELL = 0.5  # seconds that the applications of closed sockets have to clean up
REQUESTS_END = 10  # seconds that running requests have to be answered

access = logging.getLogger("mwork.access")


class Protocol(ws_protocol.WebSocketProtocol):
    _unsent = None  # how much was given to a line that is full; None while the line takes what it is given
    _is_held = False  # nothing is read at present

    def connectionMade(self):
        super().connectionMade()
        self.transport.unregisterProducer()  # the HTTP channel's, which has no more to say here
        self.transport.registerProducer(self, True)

    def pauseProducing(self):  # said again with each write to a full line
        if self._unsent is None:
            self._unsent = 0

    def resumeProducing(self):
        self._unsent = None

    def stopProducing(self):
        """The line is gone; that is heard elsewhere too."""

    def serverSend(self, content, binary=False):
        super().serverSend(content, binary)
        if self._unsent is not None:
            self._unsent += len(content)
            if self._unsent > UNSENT:
                self.transport.abortConnection()

    def onMessage(self, payload, isBinary):
        super().onMessage(payload, isBinary)
        is_full = not self.muted and (len(payload) > LARGE or self.application_queue.qsize() > WAITING)
        if is_full and not self._is_held:
            self._is_held = True
            self.transport.pauseProducing()
            self._wait_for_application()

    def _wait_for_application(self):
        if self.application_queue.empty():
            self._is_held = False
            self.transport.resumeProducing()
        elif self.state != self.STATE_CLOSED:
            reactor.callLater(LOOK, self._wait_for_application)

    def serverClose(self, code=None):
        if code in range(1001, 1016):
            self.sendCloseFrame(code=code, isReply=False)
        else:
            super().serverClose(code)


class Server(server.Server):
    _is_stopping = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._ports = []

    def listen_success(self, port):
        self._ports.append(port)
        self.ws_factory.protocol = Protocol
        # Named again because what is left out takes its default.
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True, closeHandshakeTimeout=GOODBYE)
        super().listen_success(port)

    def create_application(self, protocol, scope):
        if self._is_stopping and isinstance(protocol, http_protocol.WebRequest):
            _make_last(protocol)
        return super().create_application(protocol, scope)

    def log_action(self, protocol, action, details):
        if protocol == "websocket" and action != "connecting":
            access.info("socket %s", action, extra={"fields": {"socket": action}})

    def kill_all_applications(self):
        """Called by Daphne on SIGTERM and SIGINT; the process ends when the result has come."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._stop()))

    async def _stop(self):
        self._is_stopping, started = True, time.monotonic()
        for port in self._ports:
            await defer.maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
        for protocol in self._open(Protocol):
            if protocol.state == Protocol.STATE_OPEN:
                protocol.sendCloseFrame(code=RESTARTING, isReply=False)
        for request in self._open(http_protocol.WebRequest):
            _make_last(request)
        await _until(lambda: not self._open(Protocol), started + SOCKETS_END)
        await _until(lambda: not self._open(http_protocol.WebRequest) and not _unsent(), started + REQUESTS_END)
        await self._end_applications()

    def _open(self, kind):
        """The sockets or the requests that have not ended."""
        connections = self.connections.items()
        return [each for each, details in connections if isinstance(each, kind) and "disconnected" not in details]

    async def _end_applications(self):
        applications = [details.get("application_instance") for details in self.connections.values()]
        running = [application for application in applications if application and not application.done()]
        if running:
            _, late = await asyncio.wait(running, timeout=FAREWELL)
            for application in late:
                application.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _make_last(request):
    """Nobody shall ask once more on this request's line."""
    request.channel.persistent = False
    request.setHeader(b"connection", b"close")


def _unsent():
    """The lines of requests on which something that was written has still to leave."""
    lines = [line for line in reactor.getWriters() if isinstance(line, tcp.Server)]
    return [line for line in lines if not isinstance(line.protocol, Protocol)]


async def _until(condition, deadline):
    """Wait for the condition, but no longer than to the deadline (of time.monotonic)."""
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(LOOK)


class CommandLine(cli.CommandLineInterface):
    server_class = Server


if __name__ == "__main__":
    CommandLine.entrypoint()
