"""Telling people what their saved searches find anew: at once, or once a day.

A new row is asked of all searches in one query (`castings.searches`). Instant ones become notifications with the
casting's or the model's announcement; daily ones leave a SearchHit each, which the day's digest takes along.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, F, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone

from accounts.models import Block
from castings import searches
from castings.models import Alert, Casting, SavedSearch, Target
from mwork import clock
from notifications import waking, writing
from notifications.digests import HOUR
from notifications.models import Notification, SearchHit, Type
from notifications.services import tell
from profiles import acting
from profiles.acting import Right
from profiles.models import ModelProfile

AT_ONCE = 100  # new models of one run; the next one takes the rest
MOST = 1000  # digests of one run
NAMED = 5  # castings whose titles a digest says

INSERT = "INSERT INTO {table} (search_id, subject, found_at) {rows} ON CONFLICT DO NOTHING"


def tell_of_casting(casting: Casting, data: dict, *, after: UUID | None, size: int) -> tuple[int, UUID | None]:
    """Tell the next `size` users whose instant searches find this casting: how many were told, and the last of them.

    None in place of the last when nobody is left; then the daily searches have it noted too. Called with the
    announcement's lock. Whoever has heard of the casting in any way does not hear again.
    """
    finding = _for_others(searches.finding_casting(casting), casting.owner_id)
    finding = finding.exclude(user__in=acting.people(casting.employer_id, Right.READ))
    instant = finding.filter(alert=Alert.INSTANT)
    people = instant.filter(user_id__gt=after) if after else instant
    ids = list(people.order_by("user_id").values_list("user_id", flat=True).distinct()[:size])
    if not ids:
        _note(finding, casting.id)
        return 0, None
    told = _tell(instant.filter(user__in=ids), "search_casting", data, key=str(casting.id))
    waking.in_bulk(told.deliveries)
    return len(told.notifications), ids[-1]


def tell_of_models(at: datetime | None = None) -> int:
    """Tell employers of the public pages that are new; returns how many were told. Safe to run twice and at once."""
    at = at or timezone.now()
    waiting = ModelProfile.objects.listed().filter(announced_at=None).order_by("id")
    return sum(_tell_of_model(model_id, at) for model_id in waiting.values_list("id", flat=True)[:AT_ONCE])


@transaction.atomic
def _tell_of_model(model_id: UUID, at: datetime) -> int:
    """The page's lock makes a second worker pass on to the next one."""
    new = ModelProfile.objects.filter(id=model_id, announced_at=None)
    profile = new.select_for_update(skip_locked=True, no_key=True).first()
    if profile is None:
        return 0
    finding = _for_others(searches.finding_model(profile, at), profile.user_id)
    data = {"model_id": str(profile.id), "name": profile.name, "city": profile.city}
    instant = finding.filter(alert=Alert.INSTANT)
    told = _tell(instant, "search_model", data, key=str(profile.id), actor=profile.user_id)
    _note(finding, profile.id)
    ModelProfile.objects.filter(id=profile.id).update(announced_at=at)
    waking.in_bulk(told.deliveries)
    return len(told.notifications)


def collect(at: datetime | None = None) -> int:
    """Write the day's digest of each daily search that has found something; returns how many.

    Safe to run twice and at once.
    """
    at = at or timezone.now()
    if at.astimezone(clock.ALMATY).hour < HOUR:
        return 0
    due = Q(told_on=None) | Q(told_on__lt=clock.today(at))
    found = SavedSearch.objects.filter(due, id__in=SearchHit.objects.values("search"))
    return sum(_collect(search_id, at) for search_id in list(found.order_by("id").values_list("id", flat=True)[:MOST]))


@transaction.atomic
def _collect(search_id: UUID, at: datetime) -> bool:
    """One search's digest: the search's lock and its day decide which of two workers makes it."""
    today = clock.today(at)
    rows = SavedSearch.objects.select_for_update(skip_locked=True, no_key=True, of=["self"]).select_related("user")
    search = rows.filter(Q(told_on=None) | Q(told_on__lt=today), id=search_id).first()
    if search is None:
        return False
    hits = SearchHit.objects.filter(search=search)
    subjects = list(hits.order_by("found_at", "id").values_list("subject", flat=True))
    hits.filter(subject__in=subjects).delete()
    SavedSearch.objects.filter(id=search.id).update(told_on=today)
    kind, data = _digest(search, subjects, at)
    if not data["count"]:
        return False
    own = {"search": search.name, "search_id": str(search.id)}
    return tell(user=search.user, kind=kind, key=f"{search.id} {today}", **own, **data) is not None


def _digest(search: SavedSearch, subjects: list[UUID], at: datetime) -> tuple[str, dict]:
    """What is still there of what was found, and the reader has not heard of."""
    if search.target == Target.MODELS:
        return "search_models", {"count": ModelProfile.objects.listed().filter(id__in=subjects).count()}
    keys = [str(subject) for subject in subjects]
    heard = Notification.objects.filter(user=search.user_id, type=Type.NEW_CASTING, key__in=keys).values_list("key")
    heard = {key for (key,) in heard}
    news = Casting.objects.active().filter(id__in=subjects, shoot_date__gt=at).order_by("created_at", "id")
    titles = {str(key): title for key, title in news.values_list("id", "title") if str(key) not in heard}
    shown = "; ".join(list(titles.values())[:NAMED]) + (" …" if len(titles) > NAMED else "")
    return "search_castings", {"count": len(titles), "titles": shown, "casting_ids": list(titles)[:100]}


def _for_others(finding: QuerySet, owner_id: UUID) -> QuerySet:
    """Without the searches of the row's owner, of banned users and closed accounts, and over a block."""
    blocks = Block.objects.filter(Q(blocker=owner_id) | Q(blocked=owner_id))
    away = get_user_model().objects.absent().values("id")
    parted = finding.exclude(user=owner_id).exclude(user__in=away)
    return parted.exclude(user__in=blocks.values("blocker")).exclude(user__in=blocks.values("blocked"))


def _tell(instant: QuerySet, kind: str, data: dict, *, key: str, actor: UUID | None = None) -> writing.Told:
    """Each user once, by the oldest of the searches that find it, which is named."""
    first = instant.order_by("user_id", "created_at", "id").distinct("user_id")
    named = JSONObject(search=F("name"), search_id=Cast("id", CharField()))
    return writing.write(first.values_list("user_id", named), kind, data, key=key, actor=actor, personal=True)


def _note(finding: QuerySet, subject: UUID) -> None:
    """Keep what the daily searches have found until their digest."""
    row = (F("id"), Cast(Value(subject), UUIDField()), Cast(Value(timezone.now()), DateTimeField()))
    sql, params = finding.filter(alert=Alert.DAILY).values_list(*row).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(table=SearchHit._meta.db_table, rows=sql), params)
