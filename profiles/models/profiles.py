"""Models and employers as the market sees them."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F
from django.db.models.functions import Now, Upper
from django.utils import timezone

from accounts.permissions import EMPLOYERS
from billing.promotion import Promotable
from mwork import clock, search
from mwork.daily_views import CountedDay, DailyCount, DailyView
from mwork.models import Entity, NoneOf

MIN_AGE, MAX_AGE = 14, 99
COUNTRY = "Kazakhstan"
# What a body may measure: cm, kg, EU sizes. Checked by the API and held by the database.
RANGES = {
    "height": (100, 250),
    "weight": (30, 200),
    "bust": (40, 200),
    "waist": (30, 200),
    "hips": (40, 200),
    "shoe_size": (15, 60),
}
# What matching reads beside a body's measures: in an index, so that it reads no rows. Languages would not fit.
MATCHED = ["experience", "categories", "can_travel", "user"]
RATING = models.Q(rating__range=(0, 5))


class Gender(models.TextChoices):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"


class Category(models.TextChoices):
    FASHION = "fashion"
    COMMERCIAL = "commercial"
    EDITORIAL = "editorial"
    RUNWAY = "runway"
    BEAUTY = "beauty"
    FITNESS = "fitness"
    PROMO = "promo"
    ACTING = "acting"


class Experience(models.TextChoices):
    """From least to most: a casting that asks for one takes those above it too."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    EXPERIENCED = "experienced"

    def covers(self, required: str) -> bool:
        ranks = list(Experience)
        return ranks.index(self) >= ranks.index(Experience(required))


class Visibility(models.TextChoices):
    PUBLIC = "public"
    LINK_ONLY = "link_only"
    HIDDEN = "hidden"


def present(model: str = "", at: datetime | None = None) -> models.Q:
    """That the user of the model profile at the end of this path (`applicant__`) is neither banned nor gone."""
    column = f"{model}absent_until"
    return models.Q(**{column: None}) | models.Q(**{f"{column}__lte": at or Now()})


class ModelProfileQuerySet(models.QuerySet):
    def of_present_users(self, at: datetime | None = None):
        """Without those of banned users and of closed accounts."""
        return self.filter(present(at=at))

    def listed(self):
        """What lists may show to anybody."""
        return self.of_present_users().filter(visibility=Visibility.PUBLIC)

    def visible_to(self, user):
        """What this user may open by its id."""
        if user.is_authenticated and user.is_staff:
            return self
        visible = self.of_present_users().exclude(visibility=Visibility.HIDDEN)
        return visible | self.filter(user=user) if user.is_authenticated else visible

    def promoted(self, at=None):
        return self.listed().filter(is_promoted=True, promoted_until__gt=at or timezone.now())


class ModelProfile(Promotable, Entity):
    """A model's page. An age is never stored: a birth date is, from an age alone today minus that many years."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="model_profile")
    name = models.CharField(max_length=100)
    bio = models.TextField(max_length=2000, blank=True)
    birth_date = models.DateField()
    gender = models.CharField(max_length=10, choices=Gender)
    height = models.PositiveSmallIntegerField(help_text="cm")
    weight = models.PositiveSmallIntegerField(null=True, blank=True, help_text="kg")
    bust = models.PositiveSmallIntegerField(null=True, blank=True, help_text="cm")
    waist = models.PositiveSmallIntegerField(null=True, blank=True, help_text="cm")
    hips = models.PositiveSmallIntegerField(null=True, blank=True, help_text="cm")
    shoe_size = models.PositiveSmallIntegerField(null=True, blank=True, help_text="EU")
    clothing_size = models.CharField(max_length=20, blank=True)
    hair_color = models.CharField(max_length=50, blank=True)
    eye_color = models.CharField(max_length=50, blank=True)
    skin_tone = models.CharField(max_length=50, blank=True)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=100, default=COUNTRY)
    languages = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    categories = ArrayField(models.CharField(max_length=20, choices=Category), default=list, blank=True)
    experience = models.CharField(max_length=20, choices=Experience, null=True, blank=True)
    can_travel = models.BooleanField(default=False)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    # The main photo's file, written with every change of the photos: lists show it without another query.
    main_photo = models.CharField(max_length=200, blank=True, editable=False)
    rating = models.FloatField(default=0, editable=False, help_text="1 to 5; 0 without reviews")
    reviews_count = models.PositiveIntegerField(default=0, editable=False)
    views_count = models.PositiveIntegerField(default=0, editable=False)
    # Until when the user is banned; the year 9999 without an end, and of a closed account; null of all others. Triggers
    # copy it from the user's row, so that an index alone tells whom a list leaves out.
    absent_until = models.DateTimeField(null=True, editable=False)
    # Null while those whose searches find the page have still to be told: the page is its own outbox.
    announced_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    city_key = search.city_key()
    search_text = search.search_column("name", "bio")

    objects = ModelProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_promoted=False) | models.Q(promoted_until__isnull=False),
                name="model_promotion_has_an_end",
            ),
            models.CheckConstraint(condition=RATING, name="model_rating_range"),
            *(
                models.CheckConstraint(condition=models.Q(**{f"{name}__range": ends}), name=f"model_{name}_range")
                for name, ends in RANGES.items()
            ),
        ]
        indexes = [
            search.search_index("model_search"),
            # Each orders a list and carries its filter columns, so that a page is a short walk and no sort.
            models.Index(
                F("is_promoted").desc(),
                F("rating").desc(),
                F("created_at").desc(),
                F("id").desc(),
                include=[*MATCHED, "city_key", "gender", "birth_date", "height", "absent_until"],
                condition=models.Q(visibility="public"),
                name="model_recommended",
            ),
            models.Index(
                F("city_key"),
                F("gender"),
                F("is_promoted").desc(),
                F("rating").desc(),
                F("created_at").desc(),
                F("id").desc(),
                include=["birth_date", "height", "absent_until"],
                condition=models.Q(visibility="public"),
                name="model_recommended_by_city",
            ),
            # For matching, where few fit.
            models.Index(
                "gender",
                "city_key",
                "birth_date",
                "height",
                include=[*MATCHED, "is_promoted", "rating", "created_at", "id", "absent_until"],
                condition=models.Q(visibility="public"),
                name="model_fitting",
            ),
            # How many a list has is counted here: narrow, for up to ten thousand rows are read. Of heights there are
            # few: PostgreSQL (from 18 on) goes from one to the next and reads of each only the birth dates asked for.
            models.Index(
                "city_key",
                "gender",
                "height",
                "birth_date",
                include=["absent_until"],
                condition=models.Q(visibility="public"),
                name="model_counted",
            ),
            models.Index("created_at", "id", condition=models.Q(visibility="public"), name="model_newest"),
            models.Index("rating", "created_at", "id", condition=models.Q(visibility="public"), name="model_by_rating"),
            models.Index("created_at", "id", name="model_made"),  # the desk's list: of any visibility
            models.Index("promoted_until", condition=models.Q(is_promoted=True), name="model_promotion_ends"),
            models.Index("absent_until", condition=models.Q(absent_until__isnull=False), name="model_absence_ends"),
            # The sweep asks for new pages; nearly none wait.
            models.Index("id", condition=models.Q(announced_at=None, visibility="public"), name="model_to_announce"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> UUID:
        return self.user_id

    @property
    def age(self) -> int:
        return self.age_on(clock.today())

    def age_on(self, day: date) -> int:
        return clock.years_between(self.birth_date, day)


class ListedState(models.Model):
    """In which state the list of models is: the sum of all rows, another one after every change of what may be counted.

    A trigger gives a new random number to a row that nobody else is writing, and makes one when there is none: so those
    who change profiles do not wait for each other, and a number never comes again, after a rollback or from a backup.
    """

    value = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.value)


# And when the next ban ends, which is a change that nobody writes.
LISTED_STATE = """SELECT concat((SELECT sum(value) FROM profiles_listedstate), ' ',
(SELECT min(absent_until) FROM profiles_modelprofile WHERE absent_until > statement_timestamp()))"""


class ModelViewCount(DailyCount):
    subject = models.ForeignKey(ModelProfile, models.CASCADE, related_name="view_counts", db_index=False)

    class Meta(DailyCount.Meta):
        pass


class ModelViewDay(CountedDay):
    pass


class ModelView(DailyView):
    subject = models.ForeignKey(ModelProfile, models.CASCADE, related_name="views")

    counts, days = ModelViewCount, ModelViewDay

    class Meta(DailyView.Meta):
        pass


class WorkExperience(Entity):
    profile = models.ForeignKey(ModelProfile, models.CASCADE, related_name="work_experience")
    company = models.CharField(max_length=200)
    position = models.CharField(max_length=200)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-start_date", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date=None) | models.Q(end_date__gte=F("start_date")),
                name="work_experience_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}, {self.company}"

    @property
    def owner_id(self) -> UUID:
        return self.profile.user_id


class PhotoQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of profiles that this user may open; what staff have hidden only for its owner and staff."""
        photos = self.filter(profile__in=ModelProfile.objects.visible_to(user))
        return photos.unhidden_for(user)

    def unhidden_for(self, user):
        if user.is_authenticated and user.is_staff:
            return self
        shown = models.Q(hidden_at=None)
        return self.filter(shown | models.Q(profile__user=user) if user.is_authenticated else shown)


class Photo(Entity):
    """A picture on a model's page. Files are names on the public storage."""

    profile = models.ForeignKey(ModelProfile, models.CASCADE, related_name="photos")
    file = models.CharField(max_length=200)
    thumbnail = models.CharField(max_length=200)
    width = models.PositiveIntegerField(help_text="px")
    height = models.PositiveIntegerField(help_text="px")
    size = models.PositiveIntegerField(help_text="bytes")
    caption = models.CharField(max_length=200, blank=True)
    is_main = models.BooleanField(default=False)
    order = models.PositiveIntegerField(help_text="0, 1, 2… without gaps")
    hidden_at = models.DateTimeField(null=True, editable=False, help_text="since when staff hide it")

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        permissions = [("moderate_photo", "Can hide photos and show them again")]
        constraints = [
            models.UniqueConstraint(fields=["profile"], condition=models.Q(is_main=True), name="photo_one_main"),
            models.CheckConstraint(
                condition=models.Q(is_main=False) | models.Q(hidden_at=None), name="photo_main_is_not_hidden"
            ),
            # Checked at the commit: while photos change places, two may share one.
            models.UniqueConstraint(
                fields=["profile", "order"], name="photo_one_per_place", deferrable=models.Deferrable.DEFERRED
            ),
        ]
        indexes = [models.Index("created_at", "id", name="photo_newest")]

    def __str__(self) -> str:
        return f"photo {self.order + 1}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def owner_id(self) -> UUID:
        return self.profile.user_id


class EmployerProfileQuerySet(models.QuerySet):
    def of_absent_users(self, at: datetime | None = None):
        """Those of banned users and of closed accounts: few, found by an index."""
        absent = get_user_model().objects.absent(at)
        return self.filter(user__in=absent.filter(role__in=EMPLOYERS))

    def of_present_users(self):
        """Without those of banned users and of closed accounts."""
        return self.filter(NoneOf(F("id"), EmployerProfile.objects.of_absent_users().values("id")))

    def visible_to(self, user):
        if user.is_authenticated and user.is_staff:
            return self
        return self.of_present_users().filter(closed_at=None)


class EmployerProfile(Entity):
    """An employer's or an agency's page. A closed one keeps its row for the castings that others answered."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="employer_profile")
    company_name = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True)
    website = models.URLField(max_length=300, blank=True)
    contact_person = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164")
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, default=COUNTRY)
    logo = models.CharField(max_length=200, blank=True, editable=False)
    logo_thumbnail = models.CharField(max_length=200, blank=True, editable=False)
    is_verified = models.BooleanField(default=False)
    rating = models.FloatField(default=0, editable=False, help_text="1 to 5; 0 without reviews")
    reviews_count = models.PositiveIntegerField(default=0, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EmployerProfileQuerySet.as_manager()

    class Meta:
        permissions = [("verify_employer", "Can verify companies and take the mark away")]
        constraints = [models.CheckConstraint(condition=RATING, name="employer_rating_range")]
        indexes = [
            models.Index("created_at", "id", name="employer_newest"),
            # Staff look for parts of these.
            GinIndex(
                OpClass(Upper("company_name"), name="gin_trgm_ops"),
                OpClass(Upper("contact_person"), name="gin_trgm_ops"),
                OpClass(F("phone"), name="gin_trgm_ops"),
                name="employer_desk_search",
                fastupdate=False,
            ),
            models.Index(
                "created_at", condition=models.Q(is_verified=False, closed_at=None), name="employer_unverified"
            ),
        ]

    def __str__(self) -> str:
        return self.company_name

    @property
    def owner_id(self) -> UUID:
        return self.user_id
