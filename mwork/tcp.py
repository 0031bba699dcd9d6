"""What the system knows of a TCP connection, told without letting other threads in.

At every other question about a socket (poll, recv, send) CPython lets go of the interpreter, and each time another of a
server's busy threads takes it and is waited for (benchmarks/README.md, adr/0012).
"""

import socket
import struct
import sys

ESTABLISHED = 1  # TCP_ESTABLISHED of <netinet/tcp.h>, the first byte of tcp_info: the other side has not ended it
SO_MEMINFO = 55  # of <asm-generic/socket.h>; its first number is the memory that unread bytes take


def is_quiet(fileno: int) -> bool:
    """True: nothing lies there to be read, not even the connection's end. False: maybe something does; poll tells.

    False too for what is no TCP connection, and on systems other than Linux.
    """
    if sys.platform != "linux":
        return False
    view = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno)
    try:
        state = view.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
        return state[0] == ESTABLISHED and not any(view.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 4))
    except OSError:
        return False
    finally:
        view.detach()  # it stays its owner's


def bound_by_the_system(sock: socket.socket, seconds: int) -> None:
    """A send or recv that takes longer fails with BlockingIOError.

    socket(7). With Python's own timeout each asks the system twice, first whether it would wait.
    """
    sock.settimeout(None)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))
