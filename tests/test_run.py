"""`make run`: what it tells other commands, and that nothing of it outlives it."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from mwork import running

ROOT = Path(__file__).resolve().parent.parent
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
PUBLISHER = """
import sys, time
from pathlib import Path
from mwork import running

with running.publish({"PORT": "8000"}, Path(sys.argv[1])):
    print("published", flush=True)
    time.sleep(60)
"""


def test_published_environment_is_seen_while_the_publisher_lives(tmp_path):
    assert running.environment(tmp_path) == {}

    with running.publish({"PORT": "8000"}, tmp_path):
        assert running.environment(tmp_path) == {"PORT": "8000"}
        assert stat.S_IMODE((tmp_path / "environment.json").stat().st_mode) == 0o600

    assert running.environment(tmp_path) == {}
    assert not (tmp_path / "environment.json").exists()


def test_published_environment_of_a_killed_publisher_is_not_seen(tmp_path):
    publisher = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert publisher.stdout.readline() == "published\n"
    assert running.environment(tmp_path) == {"PORT": "8000"}

    publisher.kill()
    publisher.wait()

    assert (tmp_path / "environment.json").exists()
    assert running.environment(tmp_path) == {}
    with running.publish({"PORT": "8001"}, tmp_path):
        assert running.environment(tmp_path) == {"PORT": "8001"}


def test_a_second_publisher_is_refused(tmp_path):
    with running.publish({"PORT": "8000"}, tmp_path):
        with pytest.raises(running.AlreadyRunning), running.publish({"PORT": "8001"}, tmp_path):
            pass

        assert running.environment(tmp_path) == {"PORT": "8000"}


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "8000.5"])
def test_run_with_a_malformed_port_is_one_line(port):
    assert refusal(port) == f"mwork: PORT is {port!r}: it must be a whole number from 1 to 65535\n"


def test_run_on_a_port_in_use_is_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert refusal(str(port)).startswith(f"mwork: port {port} is in use")


def refusal(port: str) -> str:
    """What `make run` says on stderr before it ends with status 1, having started nothing."""
    command = [sys.executable, "-m", "mwork.run"]
    done = subprocess.run(command, cwd=ROOT, env=bare_environment(PORT=port), capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    return done.stderr


SMALL = "--models 3 --employers 2 --castings 2"


@LINUX
def test_run_serves_and_ends_without_a_trace(tmp_path):
    """One checkout, started twice: killed the first time, asked to stop the second."""
    checkout = tmp_path / "copy of the checkout"
    unwanted = shutil.ignore_patterns(".git", ".venv", "var", "tests", "docs", ".*_cache", "__pycache__")
    shutil.copytree(ROOT, checkout, ignore=unwanted)
    first, port, processes = started(checkout)
    manage_py_finds_the_database(checkout)

    first.kill()
    first.wait()
    assert survivors(processes, 5) == []

    second, port, processes = started(checkout)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
        assert answer.status == 200
    second.terminate()
    assert second.wait(5) == 0
    assert survivors(processes, 0) == []


def started(checkout: Path) -> tuple[subprocess.Popen, int, list[Path]]:
    """A supervisor that has said where everything is, its port, and all the processes below it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    output = checkout.parent / "output"
    with open(output, "w") as file:
        command, environment = [sys.executable, "-m", "mwork.run"], bare_environment(PORT=str(port), DEMO_MARKET=SMALL)
        run = subprocess.Popen(command, cwd=checkout, env=environment, stdout=file, stderr=file)
    deadline = time.monotonic() + 120
    while f"http://127.0.0.1:{port}/swagger/index.html" not in output.read_text():
        assert run.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)
    return run, port, below(run.pid)


def bare_environment(**variables: str) -> dict[str, str]:
    """Ours without the servers and settings of the tests, with these."""
    ours = {"DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY", "JWT_SIGNING_KEY", "DJANGO_SETTINGS_MODULE"}
    ours |= {"PORT", "MAKELEVEL"}
    return {name: value for name, value in os.environ.items() if name not in ours} | variables


def manage_py_finds_the_database(checkout: Path) -> None:
    """Without a variable to name it; `migrate --check` fails when there is none or it is not up to date."""
    command = [sys.executable, "manage.py", "migrate", "--check"]
    subprocess.run(command, cwd=checkout, env=bare_environment(), check=True)


def below(pid: int) -> list[Path]:
    """The /proc folders of all descendants."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        parents[status.parent] = int(re.search(r"\) \w (\d+)", status.read_text())[1])
    found, wanted = [], {pid}
    while wanted:
        children = [folder for folder, parent in parents.items() if parent in wanted]
        found += children
        wanted = {int(folder.name) for folder in children}
    assert len(found) > 8  # two servers, PostgreSQL's own processes, web, worker, its pool and beat
    return found


def survivors(processes: list[Path], seconds: float) -> list[str]:
    """The command lines of those that are still at work after so long; one that only waits to be reaped is not."""
    deadline = time.monotonic() + seconds
    while (alive := list(filter(None, map(command_line, processes)))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive


def command_line(process: Path) -> str:
    """The command line of this folder of /proc; empty for a process that has ended."""
    try:
        return (process / "cmdline").read_text()
    except OSError:
        return ""
