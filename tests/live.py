"""Real servers on the test's own database and Redis, and real clients of their sockets."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from mwork import embedded, run, running

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 15  # seconds that an event may take to come on a busy machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_readable(sock: socket.socket) -> None:
    """Until something lies there to be read, an end or an error included."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    assert poll.poll(5000)


class SteadyRedis(embedded.Valkey):
    """A Redis that has the same port again when it comes back."""

    def _serve(self) -> None:
        self.port = self.port or free_port()
        if not self._launch():
            raise AssertionError(self.log.read_text())


class Server:
    """`daphne mwork.asgi:application` as `make run` starts it, on a port of its own."""

    def __init__(self, log: Path, **environment: str):
        self.port, self.log, self._environment = free_port(), log, environment
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, wait: bool = True) -> None:
        environment = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
        environment |= {"DJANGO_SETTINGS_MODULE": "mwork.settings", "PORT": str(self.port), "PUBLIC_URL": self.url}
        environment |= dict.fromkeys(("RATE_LIMIT_API", "RATE_LIMIT_AUTH", "RATE_LIMIT_CHAT"), "off")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=ROOT,
                env=environment | self._environment,
                stdout=log,
                stderr=log,
                preexec_fn=running.end_with_parent,
            )
        if wait:
            self.wait_until_ready()

    def command(self) -> list[str]:
        return [sys.executable, "-m", *run.WEB, "-p", str(self.port)]

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/health", timeout=5):
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """SIGKILL: whatever it was doing stays undone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def server(log: Path, **environment: str):
    """A server that runs for the block."""
    one = Server(log, **environment)
    try:
        one.start()
        yield one
    finally:
        one.stop()


def database_url() -> str:
    """The address of the database that this test's own connection has: pytest's, not the one of the environment."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{settings.DATABASES['default']['NAME']}").geturl()


class Socket:
    """A client of /ws that waits for the events it is asked for and keeps the others."""

    def __init__(self, server: Server, query: str = "", path: str = "/ws", **options):
        self._open = contextlib.ExitStack()
        self._socket = self._open.enter_context(connect(f"ws://127.0.0.1:{server.port}{path}{query}", **options))
        self.passed_by: list[dict] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def say(self, **frame) -> None:
        self.raw(json.dumps(frame))

    def raw(self, frame: str | bytes) -> None:
        self._socket.send(frame)

    def next(self, timeout: float = PATIENCE) -> dict:
        return json.loads(self._socket.recv(timeout=timeout))

    def wait_for(self, kind: str, timeout: float = PATIENCE, **fields) -> dict:
        """The next event of this type with these values; the test fails when none comes."""
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                event = self.next(left)
            except TimeoutError:
                break
            if event["type"] == kind and fields.items() <= event.items():
                return event
            self.passed_by.append(event)
        raise AssertionError(f"no {kind} with {fields} came; these did: {self.passed_by}")

    def everything(self, quiet: float = 0.5) -> list[dict]:
        """All that comes until nothing has come for so long."""
        came = []
        with contextlib.suppress(TimeoutError):
            while True:
                came.append(self.next(quiet))
        return came

    def code_of_end(self, timeout: float = PATIENCE) -> tuple[int, list[dict]]:
        """The close code with which the server ends the socket, and what it said before."""
        said = []
        try:
            while True:
                said.append(self.next(timeout))
        except ConnectionClosed as end:
            return end.rcvd.code, said

    def close(self) -> None:
        self._open.close()
