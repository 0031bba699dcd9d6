"""`make run`: the whole of MWork on one machine, until Ctrl-C.

Starts PostgreSQL and Valkey unless DATABASE_URL and REDIS_URL name others, brings the database up to date,
runs the web server and a background worker, and stops them all together. All it starts dies with it, even
by kill -9.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mwork import embedded, running

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
READY_SECONDS = 120
STOP_SECONDS = 2.3  # for the children; as much again is left for the two servers
SETTINGS = {"DATABASE_URL", "REDIS_URL", "DEBUG", "PORT", "SECRET_KEY", "JWT_SIGNING_KEY", "ALLOWED_HOSTS"}
SETTINGS |= {"CORS_ALLOWED_ORIGINS", "TRUSTED_PROXIES", "PUBLIC_URL", "RESEND_API_KEY", "EMAIL_URL"}
SETTINGS |= {"DEFAULT_FROM_EMAIL", "FCM_CREDENTIALS", "SENTRY_DSN", "REQUIRE_VERIFIED_EMAIL", "STAFF_SECOND_FACTOR"}
SETTINGS |= {"CASTING_PREMODERATION", "LOG_FORMAT", "METRICS_TOKEN", "APP_URL", "RESEND_API_URL", "FCM_SERVICE_URL"}
LAST_LINES = 30  # of a dead child's log
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ALONE = {  # a child in our folder, out of reach of the terminal's Ctrl-C, that dies with us
    "cwd": ROOT,
    "stdin": subprocess.DEVNULL,
    "start_new_session": True,
    "preexec_fn": running.end_with_parent,
}
WEB = ["mwork.serve", "mwork.asgi:application", "-b", "127.0.0.1"]
PREFIXES = ("RATE_LIMIT_", "S3_", "ROBOKASSA_")


class Failed(Exception):
    """The run cannot start or go on; the text says why."""


@dataclass
class Child:
    """A process of ours and the file that holds what it says."""

    name: str
    process: subprocess.Popen
    log: Path


def main() -> int:
    """The exit status: 0 after Ctrl-C or SIGTERM, 1 when something failed."""
    listen_to_signals()
    sys.stdout.reconfigure(line_buffering=True)
    try:
        with contextlib.ExitStack() as stack:
            _run(stack)
    except KeyboardInterrupt:
        print("\nMWork has stopped.")
        return 0
    except (Failed, embedded.EmbeddedError) as error:
        print(error, file=sys.stderr)
    except running.AlreadyRunning:
        print("mwork: `make run` already runs in this checkout; stop that one first", file=sys.stderr)
    return 1


def _run(stack: contextlib.ExitStack) -> None:
    """Start everything, say where it is, and watch it. Leaves only by an exception."""
    publish = stack.enter_context(running.alone())
    port = _free_port()
    servers = _start_servers(stack)
    os.environ.setdefault("DEBUG", "true")
    os.environ["PORT"] = str(port)
    stack.enter_context(publish(_settings()))
    _prepare_database()
    children = stack.enter_context(_children(port))
    sign_ins = _manage("seed_demo", "--sign-ins")
    _wait_until_ready(f"http://127.0.0.1:{port}/health/ready", children)
    _greet(f"http://127.0.0.1:{port}", sign_ins)
    make_listened = _make_listens()
    while True:
        check(children + servers)
        if make_listened and not _make_listens():
            raise KeyboardInterrupt
        time.sleep(0.2)


def _free_port() -> int:
    """PORT, once it is sure that we may have it. Raises Failed."""
    text = os.environ.get("PORT", "").strip() or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise Failed(f"mwork: PORT is {text!r}: it must be a whole number from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError:
            raise Failed(f"mwork: port {text} is reserved for root: choose another, PORT=8001 make run") from None
        except OSError:
            raise Failed(f"mwork: port {text} is in use: choose another, such as PORT=8001 make run") from None
    return int(text)


def _start_servers(stack: contextlib.ExitStack) -> list[Child]:
    """Start what the environment does not name, and name it there."""
    children = []
    for variable, server in (
        ("DATABASE_URL", embedded.Postgres(VAR / "postgres")),
        ("REDIS_URL", embedded.Valkey(VAR / "valkey")),
    ):
        if not os.environ.get(variable, "").strip():
            print(f"Starting {server.title} in {server.data.relative_to(ROOT)} ...")
            os.environ[variable] = stack.enter_context(server).url
            children.append(Child(server.title, server.process, server.log))
    return children


def _settings() -> dict[str, str]:
    """The variables that a `manage.py` beside us needs to see the same system."""
    return {name: value for name, value in os.environ.items() if name in SETTINGS or name.startswith(PREFIXES)}


def _prepare_database() -> None:
    print("Bringing the database up to date ...")
    _manage("migrate", "--no-input")
    print("Filling it with a demo market if it is empty ...")
    _manage("seed_demo", "--if-empty", *os.environ.get("DEMO_MARKET", "").split())


def _manage(*words: str) -> str:
    """What the manage.py command printed. Raises Failed with that when it fails."""
    done = subprocess.run(
        _python("manage.py", *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **ALONE
    )
    output = done.stdout.strip()
    if done.returncode == 0:
        return output
    if output.count("\n"):
        output += f"\nmwork: `manage.py {' '.join(words)}` failed, see above"
    raise Failed(output or f"mwork: `manage.py {' '.join(words)}` ended with status {done.returncode}")


@contextlib.contextmanager
def _children(port: int) -> Iterator[list[Child]]:
    """The web server and the worker; at the end they stop, both at once, and are made to when they linger."""
    print("Starting the web server and the worker ...")
    LOGS.mkdir(parents=True, exist_ok=True)
    worker = ["celery", "-A", "mwork.celery", "worker", "--beat", "--concurrency", "2", "--loglevel", "info"]
    children = []
    try:
        children.append(_start("web", *WEB, "-p", str(port)))
        children.append(_start("worker", *worker, "--schedule", str(VAR / "celerybeat-schedule")))
        yield children
    finally:
        for child in children:
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0, deadline - time.monotonic()))
            embedded.end(child.process, (), 0)


def _start(name: str, module: str, *words: str) -> Child:
    log = LOGS / f"{name}.log"
    with open(log, "ab") as file:
        return Child(name, subprocess.Popen(_python("-m", module, *words), stdout=file, stderr=file, **ALONE), log)


def _python(*words: str) -> list[str]:
    return [sys.executable, "-u", *words]


def _wait_until_ready(url: str, children: list[Child]) -> None:
    """Return when the site and its database answer. Raises Failed."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        check(children)
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return
        time.sleep(0.1)
    raise Failed(f"mwork: {url} does not answer 200 after {READY_SECONDS} s; see {LOGS / 'web.log'}")


def check(children: list[Child]) -> None:
    """Raise Failed, with the end of its log, when one of them has ended by itself."""
    for child in children:
        if child.process.poll() is not None:
            lines = child.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
            status = child.process.returncode
            lines.append(f"mwork: {child.name} ended with status {status}; the end of {child.log} is above")
            raise Failed("\n".join(lines))


def _greet(site: str, sign_ins: str) -> None:
    print(f"""
MWork runs; Ctrl-C stops it. What the web server and the worker say is in {LOGS.relative_to(ROOT)}/.

  API docs  {site}/swagger/index.html
  Admin     {site}/admin/
  Health    {site}/health/ready

{sign_ins}""")


def listen_to_signals() -> None:
    """Make Ctrl-C, SIGTERM and a closed terminal raise KeyboardInterrupt, once: nothing disturbs stopping.

    A shell starts a background job with SIGINT ignored, so this does not rely on Python's own handler.
    """
    if "MAKELEVEL" in os.environ:  # a killed make would leave us behind
        running.end_with_parent(signal.SIGKILL)
    for each in SIGNALS:
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:  # nohup means it
            signal.signal(each, _interrupt)


def _make_listens() -> bool:
    """Whether the `make` above us still catches SIGINT. Linux only, False elsewhere.

    Ctrl-C reaches us too, but a SIGINT sent to make alone does not: make then stops catching it and waits.
    """
    status = Path(f"/proc/{os.getppid()}/status")
    if "MAKELEVEL" not in os.environ or not status.exists():
        return False
    caught = re.search(r"^SigCgt:\s*(\w+)", status.read_text(), re.MULTILINE)
    return bool(int(caught[1], 16) & 1 << signal.SIGINT - 1)


def _interrupt(*_: object) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
