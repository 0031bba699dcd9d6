# ruff: noqa: T201, PLC0415  it prints, and Django has to be set up before models are imported
"""What a new casting costs: the request that publishes it, and the rows for everybody who fits.

python -m mwork.embedded python -m benchmarks.announcing        in an empty database of its own, which it migrates
"""

import os
import statistics
import time
from datetime import date, timedelta

import django
from django.core.management import call_command
from django.utils import timezone

MODELS, RUNS = 10_000, 5


def main() -> None:
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # away: what is measured are the rows
    django.setup()

    call_command("migrate", verbosity=0)
    employer = make_employer()
    without = [publish(employer) for _ in range(RUNS * 4)]
    make_models()
    beside = [publish(employer) for _ in range(RUNS * 4)]
    print(f"publishing, nobody fits:        {statistics.median(s for s, _ in without) * 1000:.1f} ms")
    print(f"publishing, {MODELS} models fit:  {statistics.median(s for s, _ in beside) * 1000:.1f} ms")
    times = sorted(announce(casting) for _, casting in beside[:RUNS])
    print(f"rows for {MODELS} models:         {times[0]:.2f}–{times[-1]:.2f} s")


def make_employer():
    from accounts.models import User  # here and below: only after django.setup()
    from profiles.models import EmployerProfile

    user = User.objects.create(email=f"boss{time.time_ns()}@bench.kz", role="employer")
    return EmployerProfile.objects.create(user=user, company_name="Bench")


def make_models() -> None:
    from accounts.models import User  # here and below: only after django.setup()
    from profiles.models import ModelProfile

    mark = time.time_ns()
    users = User.objects.bulk_create(User(email=f"m{mark}-{n}@bench.kz", role="model") for n in range(MODELS))
    ModelProfile.objects.bulk_create(
        ModelProfile(user=user, name="M", birth_date=date(2003, 5, 14), gender="female", height=176, city="Almaty")
        for user in users
    )


def publish(employer) -> tuple[float, object]:
    """Seconds that the service took, commit and waking included, and the casting."""

    from castings import services

    fields = {"title": "T", "description": "D", "city": "Almaty", "shoot_date": timezone.now() + timedelta(days=14)}
    began = time.perf_counter()
    casting = services.publish(user=employer.user, status="active", min_height=175, **fields)
    return time.perf_counter() - began, casting


def announce(casting) -> float:
    """Seconds until everybody who fits has her rows."""
    from notifications import announcements  # here and below: only after django.setup()

    began = time.perf_counter()
    told = announcements.announce(casting.id)
    assert told == MODELS, told
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
