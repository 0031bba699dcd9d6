"""Who looked at a page, at most once a day each."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from random import Random
from typing import NamedTuple
from uuid import UUID

from mwork import clock
from mwork.api.client import viewer_key
from mwork.daily_views import DailyView
from mwork.market.days import Days

MOST = 60


class Viewer(NamedTuple):
    """Somebody who is signed in while looking, and the day the account was made."""

    user_id: UUID
    joined: date
    role: str
    city: str


def draw(
    rng: Random,
    kind: type[DailyView],
    subject_id: UUID,
    users: Sequence[Viewer],
    since: datetime,
    days: Days,
    certain: Iterable[tuple[Viewer, date]] = (),
) -> list[DailyView]:
    """Views of this subject since then, by some of the users and by people who were not signed in.

    `certain` are those that must be among them, as (viewer, day).
    """
    first = clock.today(since)
    seen: dict[tuple, Viewer | None] = {(viewer.user_id, day): viewer for viewer, day in certain}
    span = max(1, (days.today - first).days)
    for _ in range(min(MOST, int(rng.expovariate(1 / 9)))):
        day = days.date_ago(rng.randint(1, span))
        user = rng.choice(users) if users and rng.random() < 0.6 else None
        if user is not None and user.joined <= day:
            seen[user.user_id, day] = user
        else:
            seen[rng.getrandbits(128), day] = None
    return [
        kind(
            subject_id=subject_id,
            viewer=viewer_key(str(who)),
            day=day,
            role=user.role if user else "",
            city=user.city if user else "",
        )
        for (who, day), user in seen.items()
    ]
