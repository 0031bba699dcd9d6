# ruff: noqa: T201, PLC0415  it prints, and imports after django.setup()
"""How the list of models grows: one client's requests at 200 000 models and at 1 000 000, in one run.

SIZE=1m make bench, or python -m benchmarks.growth by itself (six minutes on a slow day; Linux)

Two databases of one PostgreSQL, the larger a copy of the other with more models in it, and a server for each, asked in
turn, twenty times each. The machine is faster at one minute than at the next: with one size after the other, the table
would seem to grow by that too.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import quote, urlsplit

import psycopg
from django.db import connection

from benchmarks import lists, market, stage
from mwork.cluster import layout

ROUNDS, TURNS, REQUESTS = 9, 10, 20  # of each address at each size
SIZES = {"mwork": "200 000 models", "large": "1 000 000 models"}  # by the names of the databases
ORDER, DEEP, RARE = ("-is_promoted", "-rating", "-created_at", "-id"), 100_000, "Шаңырақ"


def main() -> None:
    with stage.own_servers(durable=False, shared_buffers="512MB"), ExitStack() as servers:
        os.environ["RATE_LIMIT_API"] = "1000000/s"  # counted, as in production
        fill()
        asked = {name: addresses(name) for name in SIZES}
        stage.pin_the_database()
        for port, name in enumerate(SIZES, lists.PORT):
            own = {"DATABASE_URL": address_of(name)}
            servers.enter_context(stage.serving(layout.command("http", port=port), port, own))
        tell(measured(asked))


def fill() -> None:
    market.fill(lists.MODELS, lists.CASTINGS)
    small, large = SIZES
    leave()  # nobody may be there while it is copied
    with psycopg.connect(address_of("postgres"), autocommit=True) as other:
        other.execute(f"CREATE DATABASE {large} TEMPLATE {small} STRATEGY FILE_COPY")
    with connected(large):
        market.more_models(1_000_000 - lists.MODELS)


def addresses(database: str) -> dict[str, str]:
    """What must not grow with the table."""
    from mwork.api import pagination
    from profiles.models import ModelProfile

    with connected(database):
        last = ModelProfile.objects.listed().order_by(*ORDER)[DEEP - 1]
        ModelProfile.objects.filter(id=last.id).update(bio=RARE)
    cursor = pagination.encode(pagination.columns(ModelProfile.objects.all(), ORDER), "recommended", last)
    return {
        "filtered page": lists.FILTERED,
        "unfiltered page": "/api/v1/profiles/models",
        "a rare word": f"/api/v1/profiles/models?search={quote(RARE)}",
        "a frequent word, which all have": "/api/v1/profiles/models?search=runway",
        "a cursor 100 000 rows deep": f"/api/v1/profiles/models?cursor={cursor}",
    }


def measured(asked: dict[str, dict[str, str]]) -> dict[str, list[list[float]]]:
    """Of each question, by rounds, the median time at each size in milliseconds."""
    found = {}
    for _ in range(ROUNDS):
        for question in asked["mwork"]:
            times = {name: [] for name in SIZES}
            for _ in range(TURNS):
                for port, name in enumerate(SIZES, lists.PORT):
                    times[name] += timed(port, asked[name][question])
            found.setdefault(question, []).append([statistics.median(each) for each in times.values()])
    return found


def timed(port: int, address: str) -> list[float]:
    times = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        stage.ask(port, address)
        times.append((time.perf_counter() - began) * 1000)
    return times


def tell(found: dict[str, list[list[float]]]) -> None:
    print(f"\n{'one client, p50, ms':<34}{''.join(f'{title:>20}' for title in SIZES.values())}   grows (least to most)")
    for question, rounds in found.items():
        growth = [large / small for small, large in rounds]
        times = "".join(f"{statistics.median(each):20.2f}" for each in zip(*rounds, strict=True))
        spread = f"{statistics.median(growth):.2f} ({min(growth):.2f} to {max(growth):.2f})"
        print(f"{question:<34}{times}   {spread}")


@contextmanager
def connected(database: str) -> Iterator[None]:
    """Django asks this one."""
    settings = connection.settings_dict
    before = settings["NAME"]
    leave()
    settings["NAME"] = database
    try:
        yield
    finally:
        leave()
        settings["NAME"] = before


def leave() -> None:
    connection.close()
    connection.close_pool()


def address_of(database: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


if __name__ == "__main__":
    main()
