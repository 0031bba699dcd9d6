"""A real SMTP server that keeps what it accepts, and may refuse."""

import logging
import socket
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells every word of the protocol


class Mailbox:
    """What arrived, in order. `refusals` are answered to the next letters instead of accepting them."""

    def __init__(self, port: int):
        self.port = port
        self.contents: list[bytes] = []
        self.refusals: list[str] = []

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for content in list(self.contents)]

    def ids(self) -> list[str]:
        """The Message-IDs of what arrived, in order."""
        parser = BytesHeaderParser()
        return [parser.parsebytes(content)["Message-ID"] for content in list(self.contents)]


class Handler:
    """What aiosmtpd asks. Apart from the mailbox, as it looks at every attribute with every connection."""

    def __init__(self, mailbox: Mailbox):
        self._mailbox = mailbox

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self._mailbox.refusals:
            return self._mailbox.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self._mailbox.contents.append(envelope.content)
        return "250 OK"


@contextmanager
def server():
    """The server on a free port until the end of the block: its mailbox."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        mailbox = Mailbox(probe.getsockname()[1])
    controller = Controller(Handler(mailbox), hostname="127.0.0.1", port=mailbox.port, server_hostname="localhost")
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
