"""What the views of castings add up to, day by day, and where models stand among those of their city."""

from django.db import models

from mwork.daily_views import CountedDay, DailyCount
from profiles.models import ModelProfile


class CastingViewCount(DailyCount):
    subject = models.ForeignKey("castings.Casting", models.CASCADE, related_name="view_counts", db_index=False)

    class Meta(DailyCount.Meta):
        pass


class CastingViewDay(CountedDay):
    pass


class CityStanding(models.Model):
    """A listed model's place among those of her city, by the views of her page in the 7, 30 and 90 days to `as_of`.

    1 is the first; whoever has as many views shares a place. Made anew once a day.
    """

    PERIODS = (7, 30, 90)  # days; each has its columns

    profile = models.OneToOneField(ModelProfile, models.CASCADE, primary_key=True, related_name="standing")
    city_key = models.CharField(max_length=100)
    as_of = models.DateField(db_index=True, help_text="Almaty's, the last whole day that is counted")
    of = models.PositiveIntegerField(help_text="listed models of this city, herself among them")
    views_7 = models.PositiveIntegerField()
    views_30 = models.PositiveIntegerField()
    views_90 = models.PositiveIntegerField()
    place_7 = models.PositiveIntegerField()
    place_30 = models.PositiveIntegerField()
    place_90 = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.profile_id} in {self.city_key}: {self.place_30} of {self.of}"
