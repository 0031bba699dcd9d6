# ruff: noqa: T201, PLC0415, S311  it prints, draws, and Django has to be set up before models are imported
"""What it costs to find a copied text among many: trigrams, a hash of the whole, and the fingerprints that we keep.

python -m mwork.embedded python -m benchmarks.copies        in an empty database of its own, which it migrates
"""

import os
import statistics
import time
from hashlib import blake2b
from random import Random
from uuid import uuid4

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

CASTINGS, BATCH, RUNS, WORDS = 20_000, 2_000, 20, 80
COPIED = 50  # castings that are copied again, each with a twentieth of its words exchanged


def main() -> None:
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
    django.setup()

    call_command("migrate", verbosity=0)
    texts = fill()
    rng = Random(2)
    copies = [changed(rng, text) for text in texts[:COPIED]]
    fingerprints(copies)
    hashes(copies)
    trigrams(copies)


def fill() -> list[str]:
    """CASTINGS castings of sentences out of the demo market's words; their texts."""

    from accounts.models import User
    from castings import copies
    from castings.models import Casting
    from profiles.models import EmployerProfile

    user = User.objects.create(email=f"boss{time.time_ns()}@bench.kz", role="employer")
    employer = EmployerProfile.objects.create(user=user, company_name="Bench")
    rng, words, texts = Random(1), vocabulary(), []
    started = time.perf_counter()
    for _ in range(CASTINGS // BATCH):
        made = [" ".join(rng.choices(words, k=WORDS)) for _ in range(BATCH)]
        prints = [copies.bands(text) if len(texts) + at < COPIED else anything(rng) for at, text in enumerate(made)]
        texts += made
        fields = {"employer": employer, "title": "Bench", "city": "Almaty", "shoot_date": timezone.now()}
        pairs = zip(made, prints, strict=True)
        rows = [Casting(description=text, text_bands=bands, **fields) for text, bands in pairs]
        Casting.objects.bulk_create(rows, batch_size=BATCH)
    print(f"{CASTINGS} castings written:   {time.perf_counter() - started:.0f} s")
    print(f"one fingerprint of {WORDS} words: {median(copies.bands, texts[:200]):.2f} ms")
    return texts


def anything(rng: Random) -> list[int]:
    """A fingerprint that no text has: those that nobody copies need none of their own, and drawing is quicker."""
    from castings import copies

    return [rng.randrange(-(2**63), 2**63) for _ in range(copies.BANDS)]


def vocabulary() -> list[str]:
    from mwork.market import job_texts

    words = {word for job in vars(job_texts).values() for word in str(job).split() if word.isalpha()}
    return sorted(words)


def changed(rng: Random, text: str) -> str:
    words = text.split()
    at = rng.randrange(len(words) - WORDS // 20)
    words[at : at + WORDS // 20] = ["иначе"] * (WORDS // 20)
    return " ".join(words)


def fingerprints(texts: list[str]) -> None:
    from castings import copies, screening
    from castings.models import Casting

    probes = [Casting(employer_id=uuid4(), text_bands=copies.bands(text), created_at=timezone.now()) for text in texts]
    report("fingerprints", lambda probe: screening.copied_from(probe).count(), probes, "casting_copies")


def hashes(texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE castings_casting ADD COLUMN bench_hash bytea")
        cursor.execute("UPDATE castings_casting SET bench_hash = sha256(convert_to(lower(description), 'UTF8'))")
        cursor.execute("CREATE INDEX bench_hash ON castings_casting (bench_hash)")
        cursor.execute("ANALYZE castings_casting")

        def ask(text):
            cursor.execute(
                "SELECT count(*) FROM castings_casting WHERE bench_hash = %s", [blake2b(text.encode()).digest()]
            )
            return cursor.fetchone()[0]

        report("a hash of the whole", ask, texts, "bench_hash")


def trigrams(texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("CREATE INDEX bench_trigrams ON castings_casting USING gin (description gin_trgm_ops)")
        cursor.execute("SET pg_trgm.similarity_threshold = 0.7")

        def ask(text):
            cursor.execute("SELECT count(*) FROM castings_casting WHERE description %% %s", [text])
            return cursor.fetchone()[0]

        report("trigrams", ask, texts[:RUNS], "bench_trigrams")


def report(name: str, ask, probes: list, index: str) -> None:
    found = sum(ask(probe) > 0 for probe in probes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [index])
        size = cursor.fetchone()[0] / 2**20
    print(f"{name + ':':24} {median(ask, probes[:RUNS]):8.2f} ms, index {size:4.0f} MB, {found} of {len(probes)} found")


def median(act, values: list) -> float:
    """The median of the milliseconds that each value took."""
    times = []
    for value in values:
        started = time.perf_counter()
        act(value)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main()
