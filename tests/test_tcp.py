"""What is asked of the system about a connection, on real ones."""

import socket
import struct
import sys
from contextlib import ExitStack

import pytest

from mwork import tcp
from tests.live import until_readable


@pytest.fixture(params=[(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")], ids=["IPv4", "IPv6"])
def ends(request):
    """Both of a connection."""
    family, host = request.param
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server((host, 0), family=family))
        here = stack.enter_context(socket.create_connection(listening.getsockname()[:2], timeout=5))
        there = stack.enter_context(listening.accept()[0])
        yield here, there


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_a_connection_is_quiet_while_nothing_of_it_is_unread(ends):
    here, there = ends
    found = [tcp.is_quiet(here.fileno())]

    there.sendall(b"12")
    until_readable(here)
    found.append(tcp.is_quiet(here.fileno()))
    here.recv(1)
    found.append(tcp.is_quiet(here.fileno()))
    here.recv(1)
    found.append(tcp.is_quiet(here.fileno()))

    assert found == [True, False, False, True]


@pytest.mark.parametrize("how", [socket.SHUT_WR, socket.SHUT_RDWR])
def test_a_connection_whose_other_end_is_gone_is_not_quiet(ends, how):
    here, there = ends

    there.shutdown(how)
    until_readable(here)

    assert not tcp.is_quiet(here.fileno())
    assert here.recv(1) == b""
    assert not tcp.is_quiet(here.fileno())  # though its end is read


def test_a_connection_that_was_reset_is_not_quiet(ends):
    here, there = ends
    there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    there.close()
    until_readable(here)

    assert not tcp.is_quiet(here.fileno())


def test_of_what_is_no_connection_of_tcp_nothing_is_said():
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        assert not tcp.is_quiet(here.fileno())
        there.sendall(b"still open")
        assert here.recv(100) == b"still open"


def test_who_waits_for_too_long_is_told_by_the_system(ends):
    here, _there = ends

    tcp.bound_by_the_system(here, 1)

    assert here.gettimeout() is None  # Python's own
    with pytest.raises(BlockingIOError):
        here.recv(1)
    with pytest.raises(BlockingIOError):
        here.sendall(b" " * 64 * 1024 * 1024)
