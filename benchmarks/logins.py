# ruff: noqa: PLC0415, S310, T201  imports after django.setup(), asks itself, and prints
"""What signing in costs beside the hash alone, and the memory that many at once take: `python -m benchmarks.logins`

(a minute; Linux, two cores). The hash is what Django's hasher takes for the same password, in the same process.
"""

import json
import os
import resource
import statistics
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django

from benchmarks import lists, sockets
from mwork import embedded

ROUNDS, CROWD, PASSWORD = 20, 50, "Sunkar-9-kanat"


def main() -> None:
    off = {f"RATE_LIMIT_{name}": "off" for name in ("API", "AUTH")}
    os.environ.update(DJANGO_SETTINGS_MODULE="mwork.settings", DEBUG="false", **off)
    os.environ.update(SECRET_KEY="b" * 40, JWT_SIGNING_KEY="b" * 40)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with embedded.Postgres(folder / "postgres") as postgres, embedded.Valkey(folder / "valkey") as redis:
            os.environ.update(DATABASE_URL=postgres.url, REDIS_URL=redis.url)
            django.setup()
            measure()


def measure() -> None:
    from django.contrib.auth.hashers import check_password
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User
    from mwork.cluster import layout
    from tests.live import free_port

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("anybody@example.kz", PASSWORD, role="model")
    body = {"email": user.email, "password": PASSWORD}
    client = Client(headers={"host": "127.0.0.1"})

    def login() -> None:
        assert client.post("/api/v1/auth/login", body, content_type="application/json").status_code == 200

    costs = {"hash": [], "login": []}
    for _ in range(ROUNDS):
        costs["hash"].append(cost(lambda: check_password(PASSWORD, user.password)))
        costs["login"].append(cost(login))
    taken = {name: statistics.median(found) for name, found in costs.items()}
    print(f"hash {taken['hash']:.1f} ms, login {taken['login']:.1f} ms, {taken['login'] / taken['hash']:.2f} of it")
    for service in ("http", "sockets"):
        lists.PORT = port = free_port()
        with sockets.process(layout.command(service, port=port), {}) as pid:
            sockets.wait_for(port)
            crowd(service, port, body, pid)


def crowd(service: str, port: int, body: dict, pid: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/auth/login", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    began = time.perf_counter()

    def login(_number: int) -> int:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status

    with ThreadPoolExecutor(CROWD) as pool:
        answered = set(pool.map(login, range(CROWD)))
    if answered != {200}:
        sys.exit(f"refused: {answered}")
    peak = max(sockets.resident(each, "VmHWM") for each in [pid, *lists.children(pid)]) / 1024
    print(f"{CROWD} at once ({service}): {time.perf_counter() - began:.1f} s, the process at most {peak:.0f} MB")


def cost(act) -> float:
    """Milliseconds of processor, in all threads: Argon2 has several."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    act()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


if __name__ == "__main__":
    main()
