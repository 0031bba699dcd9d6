"""The web server, HTTP and sockets: `python -m mwork.serve -b 127.0.0.1 -p 8000 mwork.asgi:application`.

Daphne with all its options, and four differences. A frame that cannot be taken (longer than a mebibyte, not UTF-8) is
answered with a close frame that says why, where Daphne cuts the line without a word. And the application may close with
the codes of RFC 6455, such as 1009, where Daphne's library lets it name only 1000 and its own. And nobody fills our
memory: who sends faster than is answered is read no further, who does not read what is sent is cut off; Daphne's queues
have no bounds. Who is told why the line closes has ten seconds to read it: after one, Daphne resets a line whose client
has not agreed, and what was said last is lost on a slow network.
"""

from daphne import cli, server, ws_protocol
from twisted.internet import reactor

WAITING = 64  # frames of one socket that may wait for the application
LARGE = 16 * 1024  # bytes of a frame that is waited for alone
UNSENT = 4 * 1024 * 1024  # characters that may wait for a client that does not read
GOODBYE = 10  # seconds in which a client may agree to a close
LOOK = 0.05  # seconds between two looks whether the application has caught up


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
    def listen_success(self, port):
        self.ws_factory.protocol = Protocol
        # Named again because what is left out takes its default.
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True, closeHandshakeTimeout=GOODBYE)
        super().listen_success(port)


class CommandLine(cli.CommandLineInterface):
    server_class = Server


if __name__ == "__main__":
    CommandLine.entrypoint()
