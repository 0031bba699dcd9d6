"""The demo market: the same from the same seed, complete, and true in its own numbers."""

from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.test import TestCase
from django.utils import timezone
from PIL import Image

from accounts.models import Report, User
from billing.models import PaidPeriod, Payment, Plan, Subscription
from castings.models import (
    Casting,
    CastingStatus,
    CastingView,
    Invitation,
    Response,
    ResponseStatus,
    Review,
    SavedSearch,
)
from castings.requirements import unmet
from castings.reviews import average
from chat.models import Message, Room
from mwork import clock, search
from mwork.market.build import Size, fill
from mwork.market.sign_ins import EMAILS, PASSWORD
from mwork.storage import public
from profiles.models import EmployerProfile, Follow, Member, ModelProfile, ModelView, Photo, Representation
from tests.conftest import stored_files

pytestmark = pytest.mark.django_db
SMALL = Size(models=30, employers=6, castings=15)
WORDS = ["--models", "30", "--employers", "6", "--castings", "15"]


def empty():
    """Take the market away; money rows hold on to their people."""
    PaidPeriod.objects.all().delete()
    Payment.objects.all().delete()
    Report.objects.all().delete()
    User.objects.all().delete()


def seed(*words: str) -> str:
    """What `manage.py seed_demo --no-pictures` printed."""
    out = StringIO()
    call_command("seed_demo", "--no-pictures", *words, stdout=out)
    return out.getvalue()


def market(number: int, now: datetime) -> list[tuple]:
    """What a market of this seed consists of, but for keys; nothing of it stays."""
    fill(SMALL, number, now, lambda done, total: None)
    models = ModelProfile.objects.order_by("user__email")
    castings = Casting.objects.order_by("title", "employer__company_name", "description", "city")
    content = [
        *models.values_list("user__email", "name", "city", "gender", "height", "weight", "bio", "views_count"),
        *castings.values_list("title", "description", "city", "status", "pay_min", "responses_count", "views_count"),
        *sorted(Response.objects.values_list("applicant__name", "casting__title", "status", "message", "note")),
        *sorted(Review.objects.values_list("casting__title", "rating", "comment", "reply")),
        *models.values_list("user__email", "rating", "reviews_count"),
        *sorted(Message.objects.values_list("room__casting__title", "seq", "kind", "content")),
        *sorted(Report.objects.values_list("reporter__email", "subject__email", "target_type", "reason", "comment")),
        *sorted(Member.objects.values_list("organization__company_name", "user__email", "role")),
        *sorted(Representation.objects.values_list("organization__company_name", "model__name", "status")),
        *sorted(Follow.objects.values_list("organization__company_name", "user__email")),
    ]
    empty()
    return content


def test_one_seed_is_one_market_on_any_day():
    # Both within one year: bios name years.
    one, other = (datetime(2027, 3, day, hour, tzinfo=clock.ALMATY) for day, hour in ((2, 9), (20, 23)))
    first = market(1, one)
    assert market(1, other) == first
    assert market(2, one) != first


class SmallMarket(TestCase):
    """One market for all that only looks at it."""

    @classmethod
    def setUpTestData(cls):
        cls.printed = seed("--force", *WORDS)

    def test_counts(self):
        assert ModelProfile.objects.count() == 30
        assert EmployerProfile.objects.count() == 6
        assert Casting.objects.count() == 15
        assert User.objects.count() == 37  # and the administrator
        assert "30 models" in self.printed

    def test_every_status_is_there(self):
        assert set(Casting.objects.values_list("status", flat=True)) == set(CastingStatus.values)
        assert set(Response.objects.values_list("status", flat=True)) == set(ResponseStatus.values)

    def test_the_known_employer_has_all_of_it(self):
        castings = Casting.objects.filter(employer__user__email=EMAILS["employer"])
        answered = Response.objects.filter(casting__in=castings)
        assert set(castings.values_list("status", flat=True)) == set(CastingStatus.values)
        assert set(answered.values_list("status", flat=True)) == set(ResponseStatus.values)

    def test_the_moderators_queue_has_reports_of_castings_pages_and_messages(self):
        assert set(Report.objects.values_list("target_type", flat=True)) == {"casting", "model", "message"}
        for report in Report.objects.select_related("reporter", "subject"):
            assert report.is_open
            assert report.evidence
            assert report.reporter != report.subject
            assert report.created_at < timezone.now()

    def test_counters_are_true(self):
        for casting in Casting.objects.annotate(seen=Count("views")):
            assert casting.responses_count == casting.responses.standing().count()
            assert casting.views_count == casting.seen
        assert not ModelProfile.objects.annotate(seen=Count("views")).exclude(views_count=F("seen")).exists()

    def test_everyone_who_answered_fits_and_could(self):
        assert not Response.objects.filter(casting__status="draft").exists()
        for response in Response.objects.select_related("casting", "applicant__user"):
            for day in (clock.today(response.applied_at), clock.today()):
                assert unmet(response.casting, response.applicant, day) == {}
            assert response.casting.created_at <= response.applied_at < response.casting.shoot_date
            assert response.applicant.user.created_at <= response.applied_at <= timezone.now()

    def test_known_people_search_and_models_are_invited(self):
        for role in ("model", "employer", "agency"):
            search = SavedSearch.objects.get(user__email=EMAILS[role])
            assert search.target == ("castings" if role == "model" else "models")
        assert Invitation.objects.exists()
        for invitation in Invitation.objects.select_related("casting", "model"):
            assert unmet(invitation.casting, invitation.model, clock.today()) == {}
            answers = Response.objects.standing().filter(casting=invitation.casting, applicant=invitation.model)
            assert (invitation.status == "accepted") == answers.exists()
            assert invitation.created_at <= timezone.now()

    def test_everybody_accepted_talks_with_the_employer(self):
        accepted = set(Response.objects.filter(status="accepted").values_list("casting_id", "applicant__user_id"))
        rooms = Room.objects.with_people().select_related("casting__employer", "last_message")
        assert {(room.casting_id, room.other_than(room.casting.employer.user).id) for room in rooms} == accepted
        for room in rooms:
            seqs = list(room.messages.order_by("seq").values_list("seq", flat=True))
            assert seqs == list(range(1, room.last_seq + 1))
            assert (room.last_message.seq, room.updated_at) == (room.last_seq, room.last_message.created_at)
            assert room.updated_at <= timezone.now()
            for member in room.memberships.all():
                own = room.messages.filter(sender=member.user).order_by("-seq").first()
                assert (own.seq if own else 0) <= member.last_read_seq <= room.last_seq

    def test_the_known_two_have_a_room(self):
        known = User.objects.in_bulk([EMAILS["employer"], EMAILS["model"]], field_name="email").values()
        assert Room.objects.of_pair(*(user.id for user in known)).get().last_seq > 1

    def test_nobody_sent_more_than_her_plan_allows(self):
        free = Plan.objects.get(is_default=True).max_responses_per_month
        answered = ModelProfile.objects.filter(user__subscription=None).annotate(sent=Count("responses"))
        assert max(model.sent for model in answered) <= free

    def test_dates_agree_with_statuses(self):
        now = timezone.now()
        assert not Casting.objects.filter(Q(status__in=["active", "draft"]), shoot_date__lte=now).exists()
        for casting in Casting.objects.filter(status="completed"):
            assert casting.shoot_date + timedelta(days=casting.duration_days - 1) < now
        assert not Casting.objects.filter(created_at__gte=F("shoot_date")).exists()
        assert not Casting.objects.filter(employer__created_at__gt=F("created_at")).exists()

    def test_promotion_lies_ahead_and_belongs_to_plans_that_have_it(self):
        for kind, owner in ((ModelProfile, "user"), (Casting, "employer__user")):
            promoted = kind.objects.filter(is_promoted=True)
            assert not promoted.filter(promoted_until__lte=timezone.now()).exists()
            assert not promoted.exclude(**{f"{owner}__subscription__plan__profile_promotion": True}).exists()
        assert Casting.objects.filter(is_promoted=True).exists()

    def test_every_subscription_was_paid_for(self):
        subscriptions = Subscription.objects.filter(plan__isnull=False)
        assert subscriptions.exists()
        for subscription in subscriptions:
            latest = subscription.paid_periods.order_by("ends_at").last()
            assert (latest.plan, latest.ends_at) == (subscription.plan, subscription.expires_at)
            assert latest.payment.amount == subscription.plan.price(subscription.billing_period)
        assert Payment.objects.filter(status="paid").count() == PaidPeriod.objects.count() > subscriptions.count()
        assert not Payment.objects.filter(paid_at__lt=F("user__created_at")).exists()

    def test_ratings_are_what_the_reviews_say(self):
        assert {review.target_type for review in Review.objects.all()} == {"model", "employer"}
        for kind in (ModelProfile, EmployerProfile):
            for profile in kind.objects.prefetch_related("reviews"):
                ratings = [review.rating for review in profile.reviews.all()]
                rating = average(sum(ratings), len(ratings)) if ratings else 0
                assert (profile.rating, profile.reviews_count) == (rating, len(ratings))

    def test_only_the_sides_of_what_was_done_review_each_other(self):
        for review in Review.objects.select_related("casting__employer", "model", "employer"):
            done = review.casting.responses.filter(status="accepted").select_related("applicant")
            models = {response.applicant.user_id for response in done}
            sides = (review.casting.employer.user_id, models) if review.model_id else (None, models)
            assert review.casting.status == "completed"
            assert review.author_id == sides[0] or (review.employer_id and review.author_id in models)
            assert review.target.user_id in (models if review.model_id else {review.casting.employer.user_id})
            assert review.casting.shoot_date < review.created_at <= timezone.now()

    def test_views_tell_role_and_city_and_no_name(self):
        assert set(CastingView.objects.values_list("role", flat=True)) == {"", "model"}
        assert set(ModelView.objects.values_list("role", flat=True)) <= {"", "employer", "agency"}
        assert not CastingView.objects.filter(role="").exclude(city="").exists()
        ids = {str(user_id) for user_id in User.objects.values_list("id", flat=True)}
        assert not ids & set(ModelView.objects.values_list("viewer", flat=True))

    def test_the_agency_has_a_team_a_roster_and_followers(self):
        agency = EmployerProfile.objects.get(user__email=EMAILS["agency"])
        team = dict(agency.members.values_list("role", "user__email"))
        assert set(team) == {"owner", "admin", "editor", "viewer"}
        assert (team["owner"], team["admin"]) == (EMAILS["agency"], EMAILS["employer"])
        roster = dict(agency.representations.values_list("model__user__email", "status"))
        assert (roster[EMAILS["model"]], Counter(roster.values())["active"]) == ("active", 8)
        assert agency.follows.filter(user__email=EMAILS["model"]).exists()
        assert not Follow.objects.filter(created_at__gt=timezone.now()).exists()
        assert not Member.objects.exclude(role="owner").filter(created_at__lt=F("user__created_at")).exists()
        assert Member.objects.filter(role="owner").count() == 6

    def test_everybody_is_found_by_name_in_any_case(self):
        for model in ModelProfile.objects.all():
            assert model in ModelProfile.objects.filter(search.matches(model.name.upper()))

    def test_bios_differ(self):
        bios = [bio for bio in ModelProfile.objects.values_list("bio", flat=True) if bio]
        assert len(bios) > 20
        assert Counter(bios).most_common(1)[0][1] == 1
        assert not any(mark in bio for bio in bios for mark in "{}[]|")

    def test_the_printed_password_signs_every_role_in(self):
        for role, email in EMAILS.items():
            assert f"{email} " in self.printed
            body = {"email": email, "password": PASSWORD}
            answer = self.client.post("/api/v1/auth/login", body, content_type="application/json")
            assert answer.json()["data"]["user"]["role"] == role

    def test_sign_ins_are_those_that_exist(self):
        PaidPeriod.objects.filter(payment__user__email=EMAILS["agency"]).delete()
        Payment.objects.filter(user__email=EMAILS["agency"]).delete()
        User.objects.filter(email=EMAILS["agency"]).update(closed_at=timezone.now())
        shown = seed("--sign-ins")
        assert EMAILS["model"] in shown
        assert EMAILS["agency"] not in shown

    def test_a_second_run_is_refused_and_changes_nothing(self):
        with pytest.raises(CommandError, match="already"):
            seed("--force", *WORDS)
        assert ModelProfile.objects.count() == 30


def test_two_castings_look_like_frauds():
    fill(Size(models=10, employers=16, castings=40), 1, timezone.now(), lambda done, total: None)

    first, second = Casting.objects.filter(risk_score__gt=0).order_by("created_at")
    found = [{reason["code"] for reason in casting.risk_reasons} for casting in (first, second)]
    assert found[0] >= {"prepayment", "phone", "link", "unverified_employer"}
    assert found[1] >= {"prepayment", "link", "unverified_employer"}
    queue = list(Casting.objects.to_look_at())
    assert set(queue[:2]) == {first, second}
    assert len(queue) > 10


def test_sign_ins_without_a_market():
    assert seed("--sign-ins") == ""
    assert not User.objects.exists()


def test_if_empty(settings):
    settings.DEBUG = True
    User.objects.create_user("somebody@example.com", role="model")
    assert "users already" in seed("--if-empty")
    assert User.objects.count() == 1
    empty()
    seed("--if-empty", *WORDS)
    assert User.objects.count() == 37


def test_without_debug_only_by_force(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        seed(*WORDS)
    assert "nothing was seeded" in seed("--if-empty", *WORDS)
    assert not User.objects.exists()
    seed("--force", *WORDS)
    assert User.objects.count() == 37


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["--models", "-1"], "--models"),
        (["--employers", "200001"], "--employers"),
        (["--castings", "-5"], "--castings"),
        (["--employers", "0", "--castings", "3"], "--castings"),
    ],
)
def test_bad_numbers_are_named(settings, words, option):
    settings.DEBUG = True
    with pytest.raises(CommandError, match=option):
        seed(*words)


@pytest.mark.parametrize(("models", "employers", "castings"), [(0, 0, 0), (1, 1, 1), (0, 3, 5), (3, 0, 0)])
def test_tiny_markets(settings, models, employers, castings):
    settings.DEBUG = True
    seed("--models", str(models), "--employers", str(employers), "--castings", str(castings))
    assert ModelProfile.objects.count() == models
    assert EmployerProfile.objects.count() == employers
    assert Casting.objects.count() == castings


def test_a_failure_leaves_nothing():
    def fail(done, total):
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fill(SMALL, 1, timezone.now(), fail)
    assert not User.objects.exists()


SMALLEST = Size(models=3, employers=2, castings=6)


def illustrated(number: int, tell=lambda done, total: None) -> dict[str, bytes]:
    """The files of a market of this seed, by what they show; its rows stay."""
    fill(SMALLEST, number, timezone.now(), tell, with_pictures=True)
    names = {f"{photo.profile.user.email} {photo.order}": photo.file for photo in Photo.objects.all()}
    names |= {employer.company_name: employer.logo for employer in EmployerProfile.objects.all()}
    return {shown: public().open(name).read() for shown, name in names.items()}


def test_every_model_has_photos_in_order_the_first_the_main_one():
    told = []
    illustrated(1, lambda done, total: told.append((done, total)))
    for profile in ModelProfile.objects.all():
        photos = list(profile.photos.all())
        assert [(photo.order, photo.is_main) for photo in photos] == [(0, True), (1, False), (2, False)]
        assert profile.main_photo == photos[0].file
    for photo in Photo.objects.all():
        content = public().open(photo.file).read()
        assert (Image.open(BytesIO(content)).size, len(content)) == ((photo.width, photo.height), photo.size)
        assert Image.open(public().open(photo.thumbnail)).width < photo.width
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1] > SMALLEST.total


def test_logos_and_covers_are_there_and_no_file_is_nobodys():
    illustrated(1)
    assert not EmployerProfile.objects.filter(Q(logo="") | Q(logo_thumbnail="")).exists()
    assert Casting.objects.exclude(cover="").exists()
    named = [*Photo.objects.values_list("file", "thumbnail"), *Casting.objects.values_list("cover", "cover_thumbnail")]
    named += EmployerProfile.objects.values_list("logo", "logo_thumbnail")
    assert sorted(name for pair in named for name in pair if name) == sorted(stored_files())


def test_one_seed_is_one_set_of_pictures_and_no_two_are_alike():
    first = illustrated(1)
    empty()
    assert illustrated(1) == first
    empty()
    assert not set(illustrated(2).values()) & set(first.values())
    assert len(set(first.values())) == len(first) == 3 * 3 + 2


def test_no_plan_allows_fewer_photos_than_there_are():
    Plan.objects.filter(is_default=True).update(max_photos=2)
    illustrated(1)
    assert set(ModelProfile.objects.annotate(has=Count("photos")).values_list("has", flat=True)) == {2}


@pytest.mark.parametrize("step", [3, 25])
def test_a_failure_leaves_no_file(step):
    """Both while pictures are drawn and while rows are written."""

    def fail(done, total):
        if done >= step:
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        illustrated(1, fail)
    assert not User.objects.exists()
    assert stored_files() == []


def test_a_market_that_may_no_longer_be_written_leaves_no_file():
    assert not fill(SMALLEST, 1, timezone.now(), lambda done, total: None, with_pictures=True, may=lambda: False)
    assert not User.objects.exists()
    assert stored_files() == []


def test_the_command_draws_pictures_unless_told_not_to():
    call_command("seed_demo", "--force", "--models", "1", "--employers", "0", "--castings", "0", stdout=StringIO())
    assert Photo.objects.count() == 3
