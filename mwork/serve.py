"""The web server, HTTP and sockets: `python -m mwork.serve -b 127.0.0.1 -p 8000 mwork.asgi:application`.

Daphne with all its options, and two differences. A frame that cannot be taken (longer than a mebibyte, not UTF-8) is
answered with a close frame that says why, where Daphne cuts the line without a word. And the application may close with
the codes of RFC 6455, such as 1009, where Daphne's library lets it name only 1000 and its own.
"""

from daphne import cli, server, ws_protocol


class Protocol(ws_protocol.WebSocketProtocol):
    def serverClose(self, code=None):
        if code in range(1001, 1016):
            self.sendCloseFrame(code=code, isReply=False)
        else:
            super().serverClose(code)


class Server(server.Server):
    def listen_success(self, port):
        self.ws_factory.protocol = Protocol
        # Named again because what is left out takes its default.
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True)
        super().listen_success(port)


class CommandLine(cli.CommandLineInterface):
    server_class = Server


if __name__ == "__main__":
    CommandLine.entrypoint()
