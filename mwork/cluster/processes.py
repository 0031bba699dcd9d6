"""The processes: two HTTP servers, two socket servers, a worker, beat and the proxy, on PostgreSQL and Redis."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from mwork import embedded, run, running
from mwork.cluster import layout

FOLDER = run.VAR / "cluster"
STARTED_IN, STOPPED_IN = 60, 40  # seconds; the second is compose.yaml's stop_grace_period
MORE_FOLDERS = "/usr/sbin:/usr/local/sbin"  # where programs lie that PATH leaves out for ordinary users
# A shop in the provider's test mode, whose services are a port where nobody listens.
SHOP = {
    "ROBOKASSA_MERCHANT_LOGIN": "cluster",
    "ROBOKASSA_IS_TEST": "1",
    "ROBOKASSA_TEST_PASSWORD_1": secrets.token_hex(16),
    "ROBOKASSA_TEST_PASSWORD_2": secrets.token_hex(16),
    "ROBOKASSA_SERVICE_URL": "http://127.0.0.1:1",
}


@dataclass
class Server:
    """One of several alike behind the proxy, which can be ended and begun anew on its port."""

    service: str
    number: int
    port: int
    environment: dict[str, str]
    child: run.Child | None = None

    @property
    def name(self) -> str:
        return f"{self.service}-{self.number}"

    def start(self) -> None:
        self.child = start(self.name, layout.command(self.service, port=self.port), self.environment)

    def wait_until_ready(self) -> None:
        wait_until_ready(f"http://127.0.0.1:{self.port}/health/ready", self.child)

    def restart(self) -> float:
        """Ask it to stop, begin it anew, return when it is ready; the seconds it took to stop. Raises run.Failed."""
        began = time.monotonic()
        self.child.process.terminate()
        try:
            self.child.process.wait(STOPPED_IN)
        except subprocess.TimeoutExpired:
            raise run.Failed(f"mwork: {self.name} has not stopped after {STOPPED_IN} s") from None
        stopped = time.monotonic() - began
        self.start()
        self.wait_until_ready()
        return stopped


class Cluster:
    """All of it, in var/cluster, from the start of the block to its end. Raises run.Failed, embedded.EmbeddedError."""

    def __init__(self):
        self._stack = contextlib.ExitStack()
        self.children: list[run.Child] = []
        self.servers: list[Server] = []

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def access_log(self) -> Path:
        return FOLDER / "access.log"

    def check(self) -> None:
        """Raise run.Failed when a process has ended by itself."""
        run.check(self.children + [server.child for server in self.servers])

    def _start(self, stack: contextlib.ExitStack) -> None:
        publish = stack.enter_context(running.alone())
        nginx = program()
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        self.port, *ports = free_ports(5)
        postgres = stack.enter_context(embedded.Postgres(FOLDER / "postgres"))
        valkey = stack.enter_context(embedded.Valkey(FOLDER / "valkey"))
        self.environment = self._variables(postgres.url, valkey.url)
        stack.enter_context(publish(self.environment))
        self._prepare()
        stack.callback(self._stop)
        for number, port in enumerate(ports):
            service = "http" if number < 2 else "sockets"
            self.servers.append(Server(service, number % 2 + 1, port, self.environment))
            self.servers[-1].start()
        for service in ("worker", "beat"):
            words = layout.command(service, schedule=FOLDER / "celerybeat-schedule")
            self.children.append(start(service, words, self.environment))
        self._start_proxy(nginx)
        for server in self.servers:
            server.wait_until_ready()
        wait_until_ready(f"{self.url}/health/ready", self.children[-1])

    def _variables(self, database: str, redis: str) -> dict[str, str]:
        """The environment: what compose.yaml says, and what an operator's .env would."""
        return {
            **layout.settings("http"),
            **SHOP,
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SIGNING_KEY": secrets.token_urlsafe(48),
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "TRUSTED_PROXIES": "1",
            # The load comes from one address, and two people say more than two people can.
            **{f"RATE_LIMIT_{name}": "off" for name in ("AUTH", "API", "CHAT")},
        }

    def _prepare(self) -> None:
        """What the image and the `migrate` service do: static files and tables, at once. Raises run.Failed."""
        migrate = layout.command("migrate")
        commands = [migrate, [*migrate[:2], "collectstatic", "--no-input"]]
        for child in [start(words[2], words, self.environment) for words in commands]:
            if child.process.wait() != 0:
                said = child.log.read_text(errors="replace")
                raise run.Failed(f"{said}mwork: `manage.py {child.name}` failed, see above")

    def _start_proxy(self, program: str) -> None:
        words = proxy(program, FOLDER, self.port, self._addresses("http"), self._addresses("sockets"))
        # A killed master leaves its workers behind; one that is asked to end does not.
        self.children.append(start("proxy", words, {}, death_signal=signal.SIGTERM))

    def _addresses(self, service: str) -> list[str]:
        return [f"127.0.0.1:{server.port}" for server in self.servers if server.service == service]

    def _stop(self) -> None:
        """End every process, all at once, and make those end that linger."""
        children = self.children + [server.child for server in self.servers if server.child]
        for child in children:
            child.process.terminate()
        deadline = time.monotonic() + run.STOP_SECONDS
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0, deadline - time.monotonic()))
            embedded.end(child.process, (), 0)


def start(name: str, words: list[str], environment: dict[str, str], death_signal: int = signal.SIGKILL) -> run.Child:
    """The process, which says what it has to say in var/cluster/<name>.log and ends when we do."""
    log = FOLDER / f"{name}.log"
    ending = {"preexec_fn": partial(running.end_with_parent, death_signal)}
    with open(log, "ab") as file:
        ours = {key for key in os.environ if key in run.SETTINGS or key.startswith(run.PREFIXES)}
        inherited = {key: value for key, value in os.environ.items() if key not in ours | {"PYTHONDONTWRITEBYTECODE"}}
        inherited["PYTHONPYCACHEPREFIX"] = str(run.VAR / "bytecode")  # compiled once, and not at every start
        options = {**run.ALONE, **ending, "env": inherited | environment}
        return run.Child(name, subprocess.Popen(words, stdout=file, stderr=file, **options), log)


def wait_until_ready(url: str, child: run.Child) -> None:
    """Return when it answers 200. Raises run.Failed when the process ends or STARTED_IN is over."""
    deadline = time.monotonic() + STARTED_IN
    while time.monotonic() < deadline:
        run.check([child])
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310  our own address
            return
        time.sleep(0.05)
    raise run.Failed(f"mwork: {url} does not answer 200 after {STARTED_IN} s; see {child.log}")


def program() -> str:
    """The path of nginx. Raises run.Failed."""
    if path := found():
        return path
    raise run.Failed("mwork: there is no nginx here; on Debian and Ubuntu: apt install nginx-light")


def found() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{MORE_FOLDERS}")


def proxy(program: str, folder: Path, port: int, http: list[str], sockets: list[str]) -> list[str]:
    """The words that start nginx on the port, in front of these addresses. Writes its configuration to the folder."""
    (folder / "nginx.conf").write_text(
        layout.proxy_configuration(
            listen=f"127.0.0.1:{port}",
            http_servers=layout.proxied("http", http),
            socket_servers=layout.proxied("sockets", sockets),
            run=str(folder),
            access_log=str(folder / "access.log"),
        )
    )
    directives = "daemon off;"
    if os.geteuid() == 0:  # else its workers could not write into our folder
        directives += f" user {pwd.getpwuid(0).pw_name};"
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", directives]


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
