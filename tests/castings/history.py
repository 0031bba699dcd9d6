"""Random days of castings and models, to be counted."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from castings.analytics import rollup
from castings.models import CastingStatus, CastingView, Response, ResponseStatus
from mwork import clock
from profiles.models import ModelView
from tests import factories

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
CITIES = ["", "Almaty", "almaty", "Astana", "Семей"]
ROLES = ["", "model", "employer", "agency"]


class History:
    """Random days of two employers, their castings, and models: what is written, and what to count it by."""

    def __init__(self, seed: int):
        self.rng = Random(seed)
        self.employers = [factories.employer() for _ in range(2)]
        self.castings = [
            factories.casting(of=self.rng.choice(self.employers), status=self.rng.choice(CastingStatus.values))
            for _ in range(6)
        ]
        for casting in self.rng.sample(self.castings, 1):
            casting.deleted_at = NOW
            casting.save()
        self.models = [
            factories.model(
                city=self.rng.choice(["Almaty", "almaty", "Astana"]), gender=self.rng.choice(["female", "male"]),
                birth_date=date(1975 + self.rng.randrange(36), self.rng.randint(1, 12), self.rng.randint(1, 28)),
                visibility=self.rng.choice(["public", "public", "hidden"]),
            )
            for _ in range(6)
        ]  # fmt: skip

    def moment(self) -> datetime:
        """Within a hundred days, every third one within a second of a midnight, Almaty's or UTC's."""
        day = clock.today(NOW) - timedelta(days=self.rng.randrange(100))
        if self.rng.random() < 0.3:
            zone = self.rng.choice([clock.ALMATY, UTC])
            edge = datetime(day.year, day.month, day.day, tzinfo=zone)
            moment = edge + self.rng.choice([-1, 0, 1]) * timedelta(seconds=1)
        else:
            moment = clock.day_start(day) + timedelta(seconds=self.rng.randrange(86400))
        return min(moment, NOW)

    def happen(self):
        """One more thing."""
        {
            0: self.view, 1: self.view, 2: self.view, 3: self.respond, 4: self.decide, 5: self.roll_up, 6: self.refill,
        }[self.rng.choice([0, 1, 2, 3, 3, 4, 5, 6])]()  # fmt: skip

    def view(self):
        """Also of a day that was added up long ago."""
        kind, subjects = self.rng.choice([(ModelView, self.models), (CastingView, self.castings)])
        for _ in range(self.rng.randrange(1, 12)):
            kind.objects.record(
                subject_id=self.rng.choice(subjects).id, viewer=str(self.rng.randrange(20)),
                day=clock.today(self.moment()), role=self.rng.choice(ROLES), city=self.rng.choice(CITIES),
            )  # fmt: skip

    def respond(self):
        casting, model = self.rng.choice(self.castings), self.rng.choice(self.models)
        response, _ = Response.objects.get_or_create(casting=casting, applicant=model)
        response.applied_at, response.status = self.moment(), self.rng.choice(ResponseStatus.values)
        response.save()

    def decide(self):
        """Or withdraw: whatever a response was, it is something else now."""
        for response in Response.objects.order_by("id")[:3]:
            response.status = self.rng.choice(ResponseStatus.values)
            response.save()

    def roll_up(self):
        rollup.roll_up(NOW - timedelta(days=self.rng.choice([0, 0, 3])))

    def refill(self):
        day = clock.today(NOW) - timedelta(days=self.rng.randint(1, 100))
        rollup.refill(day, day + timedelta(days=1) if day < clock.today(NOW) - timedelta(days=1) else day)
