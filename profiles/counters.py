"""Figures on an employer's page that the floors above count."""

from collections.abc import Callable

from profiles.models import EmployerProfile

Counter = Callable[[EmployerProfile], int]

_counters: dict[str, Counter] = {}


def register(name: str, counter: Counter) -> None:
    _counters[name] = counter


def of(employer: EmployerProfile, name: str) -> int:
    return _counters[name](employer)
