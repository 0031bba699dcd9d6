# ruff: noqa: T201, PLC0415, S603  it prints, imports after django.setup(), and runs what it names itself
"""The list of models over HTTP, beside what limits it and beside its peers, in one run.

make bench, or python -m benchmarks.lists by itself (a quarter of an hour; Linux, two cores or more, wrk)

Rounds alternate, medians of them are told. Meanwhile somebody edits profiles, so that no count stays true for long. How
it grows with the table: benchmarks.growth.
"""

import json
import os
import pickle
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import cycle
from pathlib import Path
from threading import Event

from django.db import connection

from benchmarks import stage

MODELS, CASTINGS, MESSAGES = 200_000, 100_000, 1_000_000
ROUNDS, FEWER_ROUNDS, SECONDS, CONNECTIONS, PORT = 9, 3, 3, 16, 9107
FILTERS = {"city": "Almaty", "gender": "female", "min_age": 18, "max_age": 30, "min_height": 170, "max_height": 180}
FILTERED = "/api/v1/profiles/models?" + "&".join(f"{name}={value}" for name, value in FILTERS.items())
EDITS = 5  # a second, of models' pages: two a day for each of them
OURS, OURS_UNLIMITED = "ours (granian)", "ours, without rate limits, as all others here"
GRANIAN = [sys.executable, "-m", "mwork.serve_wsgi", "--interface", "wsgi", "--workers", "1"]
GRANIAN += ["--blocking-threads", "4", "--port", str(PORT), "--log-level", "warning"]  # as in compose.yaml
COSTS = "p50/p99, ms  CPU, ms: server  database"
UVICORN = [sys.executable, "-m", "uvicorn", "--port", str(PORT), "--log-level", "warning"]


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing; on Debian and Ubuntu: apt install wrk")
    # With the memory that compose.yaml gives it; it need not wait for its disk to be read.
    with stage.own_servers(durable=False, shared_buffers="512MB") as folder:
        os.environ["RATE_LIMIT_API"] = "1000000/s"  # counted, as in production
        measure(folder)


def measure(folder: Path) -> None:
    from benchmarks import market

    market.fill(MODELS, CASTINGS, MESSAGES)
    stage.pin_the_database()
    peers(folder)
    steps()
    servers()
    others(folder)


def peers(folder: Path) -> None:
    """The filtered list: the bare loop, ours as in production and without limits, and the two peers, in turn."""
    work, environment = statements(folder)
    contenders = {
        OURS: ([*GRANIAN, "mwork.wsgi:application"], {}),
        OURS_UNLIMITED: ([*GRANIAN, "mwork.wsgi:application"], {"RATE_LIMIT_API": "off"}),
        "ours, counting for every request": ([*GRANIAN, "benchmarks.peers.counting:application"], {}),
        "ModelViewSet, all defaults (granian)": ([*GRANIAN, "benchmarks.peers.wsgi:application"], {}),
        "FastAPI, asyncpg, response model (uvicorn)": ([*UVICORN, "benchmarks.peers.fastapi_list:app"], environment),
    }
    rates, costs, queries = {"bare loop": []}, {}, {"bare loop": 1}
    for _ in range(ROUNDS):
        rates["bare loop"].append(bare(work))
        for name, (command, own) in contenders.items():
            if name.startswith("ModelViewSet"):
                own = {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.default_drf"}
            with server(command, own) as pid:
                measured = load(FILTERED, pid)
                if name not in queries:
                    queries[name] = stage.queries(folder, lambda: stage.ask(PORT, FILTERED))
            rates.setdefault(name, []).append(measured["rate"])
            costs.setdefault(name, []).append(measured)
    print(f"{'filtered list, 16 connections':<44} requests/s  queries  ours is  without  {COSTS}")
    for name, found in rates.items():
        # Of each round by itself: the machine is faster at one minute than at the next.
        times, without = (
            statistics.median(mine / its for mine, its in zip(rates[ours], found, strict=True))
            for ours in (OURS, OURS_UNLIMITED)
        )
        line = f"{name:<44} {statistics.median(found):10.0f}  {queries[name]:7g}  {times:7.2f}  {without:7.2f}"
        if name in costs:
            told = {part: statistics.median(each[part] for each in costs[name]) for part in costs[name][0]}
            line += f"  {told['p50']:5.0f} / {told['p99']:<5.0f} {told['server']:10.2f} {told['database']:9.2f}"
        print(line)


def steps() -> None:
    """From all defaults to ours, one step after the other: the filtered list on the same server."""
    taken = ["all defaults", "count to ten thousand", "filters without a form", "orjson, fixed negotiation",
             "rows without asking each field"]  # fmt: skip
    settings = {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.default_drf"}
    contenders = {
        f"{number}: {name}": ([*GRANIAN, "benchmarks.peers.wsgi:application"], {**settings, "STEP": str(number)})
        for number, name in enumerate(taken)
    }
    contenders["5: SQL compiled once, no models (ours)"] = ([*GRANIAN, "mwork.wsgi:application"], {})
    compare("steps, each on top of those before", contenders)


def servers() -> None:
    """The filtered list under each server that there is."""
    script = Path(sys.executable).parent
    wsgi, asgi = "mwork.wsgi:application", "mwork.asgi:application"
    granian = [str(script / "granian"), "--port", str(PORT), "--log-level", "warning", "--workers", "1", "--interface"]
    gunicorn = [str(script / "gunicorn"), "--bind", f"127.0.0.1:{PORT}", "--log-level", "warning"]
    contenders = {
        **{
            f"granian, WSGI, {threads} threads": ([*granian, "wsgi", "--blocking-threads", str(threads), wsgi], {})
            for threads in (1, 2, 4, 8, 16)
        },
        "gunicorn, 4 threads": ([*gunicorn, "--worker-class", "gthread", "--threads", "4", wsgi], {}),
        "gunicorn, sync": ([*gunicorn, wsgi], {}),
        "granian, ASGI": ([*granian, "asgi", asgi], {}),
        "uvicorn, ASGI": ([*UVICORN, asgi], {}),
        "Daphne, ASGI": ([sys.executable, "-m", "mwork.serve", "-v", "0", "-p", str(PORT), asgi], {}),
    }
    compare("ours under each server", contenders)


def compare(title: str, contenders: dict[str, tuple[list[str], dict[str, str]]]) -> None:
    """Alternating rounds of the filtered list; the share is of the first one's rate."""
    found = {name: [] for name in contenders}
    for _ in range(FEWER_ROUNDS):
        for name, (command, own) in contenders.items():
            with server(command, own) as pid:
                found[name].append(load(FILTERED, pid))
    print(f"\n{title:<44} requests/s  of first  {COSTS}")
    first = statistics.median(each["rate"] for each in next(iter(found.values())))
    for name, rounds in found.items():
        told = {part: statistics.median(each[part] for each in rounds) for part in rounds[0]}
        line = f"{name:<44} {told['rate']:10.0f}  {told['rate'] / first:8.2f}  {told['p50']:5.0f} / {told['p99']:<5.0f}"
        print(f"{line} {told['server']:10.2f} {told['database']:9.2f}", flush=True)


def others(folder: Path) -> None:
    """Ours alone: what people do all day."""
    from castings.models import Casting, Response
    from chat.models import Room

    casting = Response.objects.values_list("casting_id", flat=True).first()
    room = Room.objects.select_related("first").first()
    owner = Casting.objects.select_related("employer__user").get(id=casting).employer.user
    asked = [
        ("models, unfiltered", "/api/v1/profiles/models", None),
        ("models, searched", "/api/v1/profiles/models?search=runway", None),
        ("castings, signed in", "/api/v1/castings", room.first),
        ("a casting", f"/api/v1/castings/{Casting.objects.active().values_list('id', flat=True).first()}", None),
        ("responses of a casting", f"/api/v1/castings/{casting}/responses", owner),
        ("rooms", "/api/v1/chat/rooms", room.first),
        ("messages of a room", f"/api/v1/chat/rooms/{room.id}/messages", room.first),
        ("unread", "/api/v1/chat/unread", room.first),
        ("plans", "/api/v1/subscriptions/plans", None),
    ]
    print(f"\n{'ours, 16 connections':<44} requests/s  queries  {COSTS}")
    with server([*GRANIAN, "mwork.wsgi:application"], {}) as pid:
        for name, address, person in asked:
            bearer = person and stage.token(person)
            load(address, pid, bearer)  # the first requests compile what is asked: 25 to 100 ms
            told = load(address, pid, bearer)
            queries = stage.queries(folder, partial(stage.ask, PORT, address, bearer))
            line = f"{name:<44} {told['rate']:10.0f}  {queries:7g}  {told['p50']:5.0f} / {told['p99']:<5.0f}"
            print(f"{line} {told['server']:10.2f} {told['database']:9.2f}")


def statements(folder: Path) -> tuple[Path, dict[str, str]]:
    """Count and page of the filtered list in one: pickled for the bare loop, and as variables for asyncpg.

    As ours asks when it knows of no count, but for the cap, which makes a count dearer.
    """
    from mwork.api import pagination
    from mwork.api.listing import Columns
    from profiles.filters import ModelFilter
    from profiles.views import LISTED, Models

    counting = Columns(LISTED.rows, LISTED.gives, ModelFilter)
    asked = counting.asked({name: str(value) for name, value in FILTERS.items()})
    shape = tuple((name, 0) for name in asked)
    compiled = counting.compiled(False, shape, Models.orderings["recommended"], False)
    sql = compiled.rows.sql.replace(f" LIMIT {pagination.EXACT + 1}", "") + " LIMIT 21"
    params, names = plain(compiled.rows.params, asked), [*counting.names(compiled.order), "count"]
    work = folder / "work"
    work.write_bytes(pickle.dumps((sql, params, names)))
    params = [{"date": each.isoformat()} if isinstance(each, date) else each for each in params]
    return work, {"SQL": numbers(sql), "NAMES": ",".join(names), "PARAMS": json.dumps(params)}


def plain(params: tuple, values: dict) -> list:
    """What goes in, slots filled, choices as the texts that they are: who reads this knows neither."""
    from mwork.prepared import Slot

    filled = [each.filled(values) if isinstance(each, Slot) else each for each in params]
    return [str(each) if isinstance(each, str) else each for each in filled]


def numbers(sql: str) -> str:
    count = iter(range(1, 100))
    return re.sub(r"%s", lambda _: f"${next(count)}", sql)


def bare(work: Path) -> float:
    command = ["taskset", "-c", stage.SERVER_CORE, sys.executable, "-m", "benchmarks.peers.bare", str(SECONDS)]
    with edited():
        said = subprocess.run(command, env={**os.environ, "WORK": str(work)}, stdout=subprocess.PIPE, check=True).stdout
    return float(said)


@contextmanager
def server(command: list[str], own: dict[str, str]) -> Iterator[int]:
    """The id of its process, once it has answered for the first time."""
    with stage.serving(command, PORT, own) as pid:
        stage.ask(PORT, FILTERED)
        yield pid


def load(address: str, pid: int, bearer: str | None = None) -> dict[str, float]:
    words = ["-H", f"Authorization: Bearer {bearer}"] if bearer else []
    with edited():
        return stage.wrk([*words, f"http://127.0.0.1:{PORT}{address}"], pid, clients=CONNECTIONS, seconds=SECONDS)


@contextmanager
def edited() -> Iterator[None]:
    """While somebody edits pages of models of another city than the one that is asked for."""
    from profiles.models import ModelProfile

    ends, pages = Event(), ModelProfile.objects.filter(city="Astana").values_list("id", flat=True)[:100]

    def edit() -> None:
        for number, page in enumerate(cycle(pages)):
            ModelProfile.objects.filter(id=page).update(bio=f"Edited {number} times")
            if ends.wait(1 / EDITS):
                break
        connection.close()

    with ThreadPoolExecutor(1) as editor:
        edits = editor.submit(edit)
        try:
            yield
        finally:
            ends.set()
            edits.result()


if __name__ == "__main__":
    main()
