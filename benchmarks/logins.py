# ruff: noqa: PLC0415, S310, T201  imports after django.setup(), asks itself, and prints
"""What signing in costs beside the hash alone, and the memory that many at once take: `python -m benchmarks.logins`

(a minute; Linux, two cores). The hash is what Django's hasher takes for the same password, in the same process.
"""

import json
import resource
import statistics
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import stage

ROUNDS, CROWD, PASSWORD = 20, 50, "Sunkar-9-kanat"


def main() -> None:
    with stage.own_servers() as folder:
        measure(folder)


def measure(folder: Path) -> None:
    from django.contrib.auth.hashers import check_password
    from django.test import Client

    from accounts.models import User
    from mwork.cluster import layout
    from tests.live import free_port

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
    of_it, queries = taken["login"] / taken["hash"], stage.queries(folder, login, times=3)
    print(f"hash {taken['hash']:.1f} ms, login {taken['login']:.1f} ms, {of_it:.2f} of it; {queries:g} queries")
    for service in ("http", "sockets"):
        port = free_port()
        with stage.serving(layout.command(service, port=port), port) as pid:
            stage.ask(port, "/health/ready")
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
    peak = max(stage.resident(each, "VmHWM") for each in [pid, *stage.children(pid)]) / 1024
    print(f"{CROWD} at once ({service}): {time.perf_counter() - began:.1f} s, the process at most {peak:.0f} MB")


def cost(act) -> float:
    """Milliseconds of processor, in all threads: Argon2 has several."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    act()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


if __name__ == "__main__":
    main()
