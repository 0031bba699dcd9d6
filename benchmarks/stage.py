# ruff: noqa: T201, PLC0415, S310, S603  it prints, imports after django.setup(), asks its own servers, and runs what it is given
"""What the benchmarks of servers share: a database and a Redis of their own, cores, and what is used of them.

The server that is measured has one core to itself, PostgreSQL and the clients share another. Linux.
"""

import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from mwork import embedded, running

SERVER_CORE, OTHER_CORE = "0", "1"


@contextmanager
def own_servers(*, durable: bool = True, **settings: str) -> Iterator[Path]:
    """A folder, while PostgreSQL (with these settings) and Redis run and Django is set up on them, without limits."""
    off = {f"RATE_LIMIT_{name}": "off" for name in ("API", "AUTH", "CHAT")}
    os.environ.update(DJANGO_SETTINGS_MODULE="mwork.settings", DEBUG="false", **off)
    os.environ.update(SECRET_KEY="b" * 40, JWT_SIGNING_KEY="b" * 40)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        postgres = embedded.Postgres(folder / "postgres", durable=durable, **settings)
        with postgres, embedded.Valkey(folder / "valkey") as redis:
            os.environ.update(DATABASE_URL=postgres.url, REDIS_URL=redis.url)
            import django

            django.setup()

            call_command("migrate", verbosity=0)
            print(machine())
            yield folder


def machine() -> str:
    """What the figures depend on. Pythons of one version differ by a third, by how they were built."""
    began = time.perf_counter()
    sum(each for each in range(10**7))
    loop = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    python = f"Python {platform.python_version()} of {sys.base_prefix}"
    return f"{os.cpu_count()} cores, {python} (a loop of ten million: {loop:.2f} s), PostgreSQL {postgres}"


@contextmanager
def serving(command: list[str], port: int, own: dict[str, str] | None = None) -> Iterator[int]:
    """The id of the server's process, on its core, from when it listens on the port to the end of the block."""
    environment = {**os.environ, **(own or {}), "PYTHONPATH": str(Path.cwd())}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    words = ["taskset", "-c", SERVER_CORE, *command]
    process = subprocess.Popen(words, env=environment, preexec_fn=running.end_with_parent, **quiet)
    try:
        _wait(process, port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:  # some servers wait for clients that have gone
            for pid in (*children(process.pid), process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen, port: int) -> None:
    for _ in range(300):
        if process.poll() is not None:
            sys.exit(f"the server has ended with {process.returncode}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit("the server does not listen")


def ask(port: int, address: str, bearer: str | None = None, body: str | None = None) -> None:
    """GET, or POST with a body of JSON; whatever is not answered as it should be raises."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{address}", body and body.encode(), headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        answer.read()


def queries(folder: Path, act: Callable[[], object], times: int = 10) -> float:
    """How many statements PostgreSQL is asked for each time, by whomever: it writes them down meanwhile.

    `folder` is that of `own_servers`. What a connection asks the first time only is left out.
    """
    log = folder / "postgres.log"
    for _ in range(times):
        act()
    _write_statements("all")
    began = log.stat().st_size
    for _ in range(times):
        act()
    said = log.read_bytes()[began:]
    _write_statements("none")
    return len(re.findall(rb"LOG: +(?:statement|execute [^:]*): ", said)) / times


def _write_statements(which: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
        cursor.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)  # until all backends have heard of it


def wrk(words: list[str], pid: int, *, clients: int, seconds: int) -> dict[str, float]:
    """How many requests, and how many a second; milliseconds of one, and of processor for one: there and in SQL."""
    command = ["taskset", "-c", OTHER_CORE, "wrk", "-t1", f"-c{clients}", "--latency", f"-d{seconds}s", *words]
    before = processor(pid), processor(postmaster())
    said = subprocess.run(command, capture_output=True, text=True).stdout
    after = processor(pid), processor(postmaster())
    if "Non-2xx" in said or "requests in" not in said:
        sys.exit(f"{words} is refused:\n{said}")
    requests = int(re.search(r"(\d+) requests in", said)[1])
    p50, p99 = (_milliseconds(re.search(rf"(?m)^ +{name}% +(\S+)$", said)[1]) for name in ("50", "99"))
    server, database = ((b - a) / requests * 1000 for a, b in zip(before, after, strict=True))
    told = {"p50": p50, "p99": p99, "server": server, "database": database}
    return {"requests": requests, "rate": requests / seconds, **told}


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def processor(pid: int) -> float:
    """Seconds of processor that the process and those below it have used, the ended ones among them."""
    total = 0.0
    for each in [pid, *children(pid)]:
        with suppress(FileNotFoundError):  # it has ended since, and counts among its parent's
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(fields[number]) for number in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")
    return total


def resident(pid: int, what: str = "VmRSS") -> int:
    """KB; with VmHWM the most there were."""
    return int(re.search(rf"{what}:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])


def pin_the_database() -> None:
    top = postmaster()
    for pid in (top, *children(top)):
        os.sched_setaffinity(pid, {int(OTHER_CORE)})


def token(person) -> str:
    from accounts import services, tokens

    session, _refresh = services.open_session(user=person)
    return tokens.access(session)
