"""What models do about castings: answer them, keep them at hand, look at them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from random import Random

from castings.models import Casting, CastingView, Invitation, Response, Review, SavedCasting
from castings.requirements import unmet
from mwork import clock
from mwork.market import views
from mwork.market.casting_texts import MESSAGES, NOTES, REFUSED_NOTES
from mwork.market.chats import Talk
from mwork.market.days import Days
from mwork.market.people import Model
from mwork.market.words import gendered, weighted

STATUSES = {
    "draft": {},
    "active": {"pending": 34, "viewed": 24, "shortlisted": 14, "accepted": 8, "rejected": 14, "withdrawn": 6},
    "completed": {"accepted": 28, "rejected": 44, "viewed": 14, "pending": 9, "withdrawn": 5},
    "cancelled": {"pending": 40, "viewed": 34, "rejected": 16, "withdrawn": 10},
}
NOTED = {"shortlisted": NOTES, "accepted": NOTES, "rejected": REFUSED_NOTES}
SOONEST = timedelta(hours=1)  # a casting that took responses for less took none
TRIES = 6  # candidates looked at for every response wanted


@dataclass
class Answered:
    """A casting with all that is written for it."""

    casting: Casting
    responses: list[Response]
    views: list[CastingView]
    saved: list[SavedCasting]
    talks: list[Talk]
    reviews: list[Review]
    invited: list[Invitation] = field(default_factory=list)


class Crowd:
    """All models, found by city, each with the number of responses left to her."""

    def __init__(self, rng: Random, models: list[Model], days: Days):
        self._rng, self._models, self._days = rng, models, days
        self._left = [model.quota for model in models]
        self._by_city: dict[str, list[int]] = {}
        for place, model in enumerate(models):
            self._by_city.setdefault(model.profile.city, []).append(place)
        self._travellers = [place for place, model in enumerate(models) if model.profile.can_travel]
        self._viewers = [
            views.Viewer(model.user.id, clock.today(model.user.created_at), "model", model.profile.city)
            for model in models
        ]
        self._by_profile = {model.profile.id: self._viewers[place] for place, model in enumerate(models)}

    def answer(self, casting: Casting, language: str, first: tuple[str, ...] = ()) -> Answered:
        """Responses, views and keepers for this casting; the first responses get these statuses.

        With `first` everybody is a candidate, the first model before all others.
        """
        responses = self._responses(casting, language, first) if STATUSES[casting.status] else []
        casting.responses_count = sum(response.status != "withdrawn" for response in responses)
        seen = self._views(casting, responses) if casting.status != "draft" else []
        casting.views_count = len(seen)
        saved = self._saved(casting, bool(first)) if casting.status == "active" else []
        return Answered(casting, responses, seen, saved, [], [])

    def _responses(self, casting: Casting, language: str, first: tuple[str, ...]) -> list[Response]:
        rng = self._rng
        wanted = len(first) * 2 if first else min(40, int(rng.expovariate(1 / 7)))
        # A job that was done had somebody do it.
        told = iter(first or (("accepted",) if casting.status == "completed" else ()))
        responses = []
        for place in self._candidates(casting, wanted * TRIES, everybody=bool(first)):
            if len(responses) == wanted:
                break
            moment = self._moment(casting, self._models[place])
            if moment and self._left[place] and self._fits(casting, self._models[place], moment):
                self._left[place] -= 1
                status = next(told, None) or weighted(rng, STATUSES[casting.status])
                responses.append(self._response(casting, self._models[place], status, moment, language))
        return responses

    def _candidates(self, casting: Casting, count: int, everybody: bool) -> Iterator[int]:
        """Places of models who may be asked: those of the city, and one in four from those who travel."""
        if everybody:
            others = range(1, len(self._models))
            return chain([0], self._rng.sample(others, min(len(others), count))) if self._models else iter(())
        local = self._by_city.get(casting.city, [])
        mixed = self._rng.sample(local, min(len(local), count))
        mixed += self._rng.sample(self._travellers, min(len(self._travellers), count // 4))
        self._rng.shuffle(mixed)
        return iter(dict.fromkeys(mixed))

    def _moment(self, casting: Casting, model: Model) -> datetime | None:
        """When she answered: while the casting was open and after she came; None when there was no such time."""
        start = max(casting.created_at, model.since)
        end = min(self._days.midnight, casting.shoot_date - timedelta(days=1))
        if end - start < SOONEST:
            return None
        return start + (end - start) * self._rng.random() ** 1.5

    def _fits(self, casting: Casting, model: Model, moment: datetime) -> bool:
        """On the day she answered and still today."""
        on = (clock.today(moment), self._days.today)
        return not any(unmet(casting, model.profile, day) for day in on)

    def _response(self, casting: Casting, model: Model, status: str, moment: datetime, language: str) -> Response:
        rng = self._rng
        page = model.user.email.partition("@")[0]
        return Response(
            casting_id=casting.id,
            applicant_id=model.profile.id,
            message=self._message(model),
            portfolio_links=[f"https://portfolio.example.com/{page}"] if rng.random() < 0.4 else [],
            status=status,
            note=rng.choice(NOTED[status][language]) if status in NOTED and rng.random() < 0.4 else "",
            applied_at=moment,
            created_at=moment,
        )

    def _message(self, model: Model) -> str:
        if self._rng.random() < 0.12:
            return ""
        parts = [self._rng.choice(texts) for texts in MESSAGES[model.user.language]]
        return gendered(" ".join(part for part in parts if part), model.profile.gender)

    def _views(self, casting: Casting, responses: list[Response]) -> list[CastingView]:
        """Whoever answered had looked that day; others have looked too."""
        certain = [(self._by_profile[row.applicant_id], clock.today(row.applied_at)) for row in responses]
        return views.draw(self._rng, CastingView, casting.id, self._viewers, casting.created_at, self._days, certain)

    def _saved(self, casting: Casting, by_first: bool) -> list[SavedCasting]:
        """Kept by a few models, by the first one too when asked for."""
        rng = self._rng
        count = min(len(self._models), int(rng.expovariate(1 / 2)))
        places = [*([0] if by_first and self._models else []), *rng.sample(range(len(self._models)), count)]
        rows = []
        for place in dict.fromkeys(places):
            user = self._models[place].user
            since = max(casting.created_at, user.created_at)
            moment = since + (self._days.midnight - since) * rng.random()
            rows.append(SavedCasting(user_id=user.id, casting_id=casting.id, created_at=moment))
        return rows
