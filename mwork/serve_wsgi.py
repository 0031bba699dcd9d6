"""The HTTP server of production: `python -m mwork.serve_wsgi --interface wsgi --port 8000 mwork.wsgi:application`.

granian with all its options, and one difference: being asked to end, it answers everybody whom the kernel has let in.
granian by itself stops accepting and closes what is idle at once. Who stands in the kernel's queue at that moment is
reset, and who is accepted but has not yet said what they want is closed: a proxy may not send their POST elsewhere.
"""

import array
import socket
import struct
import sys
import time

from granian import cli
from granian.log import logger
from granian.net import SocketSpec
from granian.server import MPServer

LET_IN = 1.0  # seconds that all who stand in the queue have to be let in, which takes milliseconds
SPEAK = 0.5  # seconds that who was let in has to say what they want: a proxy does so at once
SETTLE = 0.01  # seconds in which a line becomes one that was half made

# Drops who asks for a new line (SYN), and nothing else: they ask again after a second, and are refused then. In the
# instructions of BPF, of which the kernel gives the socket those in ATTACH_FILTER; flags are byte 13 of TCP's header.
ATTACH_FILTER = 26  # SO_ATTACH_FILTER of <asm-generic/socket.h>
NO_NEW_LINES = (
    (0x30, 0, 0, 13),  # load the byte
    (0x45, 0, 1, 0x02),  # is SYN among its bits?
    (0x06, 0, 0, 0),  # then nothing is left of the packet
    (0x06, 0, 0, 0xFFFFFFFF),  # else all
)
# Packets with a lower time to live are dropped, and nobody begins with this one: hosts take 64 or 128. It holds for who
# asks for a new line; those that are made keep what held when they were.
HIGHEST = 255
IP_MINTTL = (socket.IPPROTO_IP, 21)  # ip(7)
IPV6_MINHOPCOUNT = (socket.IPPROTO_IPV6, 73)  # <linux/in6.h>
UNACKED = 24  # where `struct tcp_info` has, for a socket that listens, how many stand in its queue


class Server(MPServer):
    """The process that is asked to end holds the listening socket, and the one that serves inherits it."""

    def _init_shared_socket(self) -> None:
        if self.bind_uds:
            super()._init_shared_socket()
            return
        # As granian itself does where it is not on Linux.
        self._shd = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._sfd, self._ssp = self._shd.get_fd(), None
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)

    def _drop_shared_socket(self) -> None:
        """Called before the workers are asked to end."""
        is_alive = [worker.is_alive() for worker in self.wrks]
        for worker in self.wrks:
            worker.interrupt_by_parent = True  # one that was asked to end with us, by its group, has not crashed
        if any(is_alive) and not self.bind_uds:
            hear_out(self._sso)
        super()._drop_shared_socket()


def hear_out(listening: socket.socket) -> None:
    """Let nobody in any more, and give those who are in their time. Where the system forbids that, nothing happens."""
    try:
        stop_lines(listening)
        wait_until_empty(listening)
    except OSError as error:
        logger.warning("Ends without waiting for those who were let in: %s", error)
    else:
        time.sleep(SPEAK)


def stop_lines(listening: socket.socket) -> None:
    """Let no more of them into the socket's queue: who asks is not answered, and refused once the socket is closed.

    Newer kernels want a right for a filter. Without it, what is half made at this moment is lost.
    """
    try:
        filter_lines(listening)
    except PermissionError:
        outlive_lines(listening)


def filter_lines(listening: socket.socket) -> None:
    program = array.array("B", b"".join(struct.pack("HBBI", *instruction) for instruction in NO_NEW_LINES))
    described = struct.pack("HP", len(NO_NEW_LINES), program.buffer_info()[0])
    listening.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, described)


def outlive_lines(listening: socket.socket) -> None:
    listening.setsockopt(*IP_MINTTL, HIGHEST)
    if listening.family == socket.AF_INET6:
        listening.setsockopt(*IPV6_MINHOPCOUNT, HIGHEST)


def wait_until_empty(listening: socket.socket) -> None:
    deadline = time.monotonic() + LET_IN
    time.sleep(SETTLE)
    while waiting(listening) and time.monotonic() < deadline:
        time.sleep(SETTLE)


def waiting(listening: socket.socket) -> int:
    """How many stand in the socket's queue."""
    info = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, UNACKED + 4)
    return struct.unpack_from("I", info, UNACKED)[0]


if __name__ == "__main__":
    if sys.platform == "linux":
        cli.Server = Server
    cli.entrypoint()
