"""What nginx does with production's configuration when servers behind it come and go."""

import http.client
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mwork import serve_wsgi
from mwork.cluster import processes

pytestmark = pytest.mark.skipif(not processes.found(), reason="needs nginx")


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


class Upstream:
    """A server that answers 200 while it is up, and refuses connections while it is down."""

    def __init__(self, port: int):
        self.port, self._server = port, None

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answer)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def let_nobody_in(self) -> None:
        serve_wsgi.stop_lines(self._server.socket)

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def site(tmp_path):
    """The proxy's port, and the two servers behind it."""
    port, *ports = processes.free_ports(3)
    upstreams = [Upstream(number) for number in ports]
    addresses = [f"127.0.0.1:{number}" for number in ports]
    words = processes.proxy(processes.program(), tmp_path, port, addresses, addresses)
    proxy = subprocess.Popen(words)
    try:
        for upstream in upstreams:
            upstream.start()
        yield port, upstreams
    finally:
        proxy.send_signal(signal.SIGTERM)
        proxy.wait(10)
        for upstream in upstreams:
            upstream.stop()


def ask(port: int, method: str) -> int:
    deadline = time.monotonic() + 10
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            line.request(method, "/")
            return line.getresponse().status
        except ConnectionRefusedError:  # nginx itself has not started yet
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        finally:
            line.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_has_just_come_back_is_asked_when_the_other_one_goes(site, method):
    """Whoever refused is left alone for up to two seconds: nginx counts whole ones, and more than one must be over."""
    port, (one, other) = site
    assert ask(port, method) == 200

    one.stop()
    assert [ask(port, method) for _ in range(8)] == [200] * 8
    one.start()
    other.stop()

    assert [ask(port, method) for _ in range(8)] == [200] * 8


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to let nobody in")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whom_a_server_that_ends_lets_in_no_more_the_other_one_answers(site, method):
    port, (one, _other) = site
    one.let_nobody_in()

    assert [ask(port, method) for _ in range(4)] == [200] * 4


def test_with_no_server_left_the_proxy_answers_for_them(site):
    port, upstreams = site
    for upstream in upstreams:
        upstream.stop()

    assert [ask(port, "GET"), ask(port, "POST")] == [503, 503]
