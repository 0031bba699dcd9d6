"""Who looked at a page, at most once a day each."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from random import Random
from typing import NamedTuple
from uuid import UUID

from mwork import clock
from mwork.daily_views import DailyView
from mwork.market.days import Days

MOST = 60


class Viewer(NamedTuple):
    """Somebody who is signed in while looking, and the day the account was made."""

    user_id: UUID
    joined: date


def draw(
    rng: Random,
    kind: type[DailyView],
    subject_id: UUID,
    users: Sequence[Viewer],
    since: datetime,
    days: Days,
    certain: Iterable[tuple[str, date]] = (),
) -> list[DailyView]:
    """Views of this subject since then, by some of the users and by people who were not signed in.

    `certain` are those that must be among them, as (viewer, day).
    """
    first, seen = clock.today(since), dict.fromkeys(certain)
    span = max(1, (days.today - first).days)
    for _ in range(min(MOST, int(rng.expovariate(1 / 9)))):
        day = days.date_ago(rng.randint(1, span))
        user = rng.choice(users) if users and rng.random() < 0.6 else None
        signed_in = user is not None and user.joined <= day
        seen[str(user.user_id) if signed_in else f"{rng.getrandbits(128):032x}", day] = None
    return [kind(subject_id=subject_id, viewer=viewer, day=day) for viewer, day in seen]
