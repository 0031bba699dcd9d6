# ruff: noqa: T201, PLC0415  it prints, and Django has to be set up before models are imported
"""Matching, both ways: database time and plans of models for a casting and of castings for a model.

python -m mwork.embedded python -m benchmarks.matching [MODELS CASTINGS]    in an empty database, which it migrates
"""

import os
import statistics
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command

MODELS, CASTINGS, ASKED, TRIES = 200_000, 100_000, 60, 3


def main() -> None:
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # away, and not asked
    django.setup()

    models, castings = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (MODELS, CASTINGS)
    call_command("migrate", verbosity=0)
    from benchmarks import market

    began = time.perf_counter()
    market.fill(models, castings)
    print(f"{models} models, {castings} castings, made in {time.perf_counter() - began:.0f} s")
    report("models for a casting", queries_for_castings())
    report("castings for a model", queries_for_models())


def queries_for_castings() -> list[tuple[str, list]]:
    """The queries for every so-manieth open casting, whatever it asks for."""
    from castings import candidates, ranking
    from castings.models import Casting

    rows = Casting.objects.active().select_related("employer__user").order_by("id")[:ASKED]
    return [candidates.models_query(row, ranking.facts_of_casting(row)) for row in rows]


def queries_for_models() -> list[tuple[str, list]]:
    from castings import candidates, ranking
    from mwork import clock
    from profiles.models import ModelProfile

    rows = ModelProfile.objects.order_by("id")[:ASKED]
    return [candidates.castings_query(row, ranking.facts_of_model(row, clock.today())) for row in rows]


def report(what: str, queries: list[tuple[str, list]]) -> None:
    """Planning and running, as EXPLAIN ANALYZE has them, and the whole round trip; the plan of the median one."""
    from castings.candidates import reading_indexes

    inside, outside, plans = [], [], []
    with reading_indexes() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
        busy = -processor(backend)
        for sql, params in queries * TRIES:
            began = time.perf_counter()
            cursor.execute(sql, params)
            rows = cursor.fetchall()
            outside.append((time.perf_counter() - began) * 1000)
        busy += processor(backend)
        for sql, params in queries * TRIES:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]
            inside.append(plan["Planning Time"] + plan["Execution Time"])
            plans.append((inside[-1], len(rows), (sql, params), plan))
    print(f"\n== {what}: {len(inside)} queries")
    for name, times in (("database", inside), ("round trip", outside)):
        times = sorted(times)
        print(f"{name}: p50 {statistics.median(times):.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms")
    print(f"processor of the database's process: {busy * 1000 / len(outside):.1f} ms a query on average")
    print(f"planning: p50 {statistics.median(plan['Planning Time'] for *_, plan in plans):.1f} ms")
    print("sequential scans:", sorted({name for *_, plan in plans for name in scanned(plan["Plan"])}))
    plans.sort(key=lambda each: each[0])
    for name, (took, rows, (sql, params), _plan) in (("median", plans[len(plans) // 2]), ("slowest", plans[-1])):
        print(f"\n-- the {name}: {took:.1f} ms, {rows} rows")
        with reading_indexes() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {sql}", params)
            print("\n".join(shortened(line) for (line,) in cursor.fetchall()))


def processor(pid: int) -> float:
    """Seconds of processor that this process has used (Linux): what other work on the machine does not change."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def scanned(node: dict) -> list[str]:
    own = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" and node.get("Actual Loops", 1) else []
    return own + [name for child in node.get("Plans", []) for name in scanned(child)]


def shortened(line: str) -> str:
    return line if len(line) < 200 else f"{line[:200]}…"


if __name__ == "__main__":
    main()
