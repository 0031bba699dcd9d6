"""Rows for tests: keyword-only, valid as they come, nothing surprising."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from accounts import moderation as account_moderation
from accounts import reports, tokens
from accounts import services as account_services
from accounts.models import Report, Role, User
from billing import services as billing_services
from billing.models import Payment, Plan
from castings import searches
from castings.models import Casting, CastingStatus, CastingView, Response, Review, SavedSearch
from castings.models import Invitation as CastingInvitation
from chat import services as chat_services
from chat.models import Attachment, Message, Room
from mwork import clock
from notifications import services as notification_services
from notifications.models import Device, Notification
from profiles import invitation_tokens, teams
from profiles.models import (
    EmployerProfile,
    Follow,
    Invitation,
    Member,
    ModelProfile,
    ModelView,
    Photo,
    Representation,
    WorkExperience,
)

PASSWORD = "Tulpar-7-kanat"

_number = count(1)


def user(*, role: str = Role.MODEL, password: str = PASSWORD, **fields) -> User:
    fields.setdefault("email", f"{role}{next(_number)}@example.kz")
    return User.objects.create_user(password=password, role=role, **fields)


def staff(**fields) -> User:
    return user(role=Role.ADMIN, **fields)


def banned(person: User) -> User:
    """The person, shut out for good."""
    return account_moderation.ban(user=person, actor=None, reason="fake")


def access_token(person: User) -> str:
    """A fresh session's access token."""
    session, _refresh = account_services.open_session(user=person)
    return tokens.access(session)


def model(*, person: User | None = None, **fields) -> ModelProfile:
    defaults = {
        "name": "Айгерім Нұрланова",
        "birth_date": date(2003, 5, 14),
        "gender": "female",
        "height": 176,
        "city": "Almaty",
    }
    return ModelProfile.objects.create(user=person or user(), **{**defaults, **fields})


def work_experience(*, profile: ModelProfile, **fields) -> WorkExperience:
    defaults = {"company": "Kazakhstan Fashion Week", "position": "Model", "start_date": date(2024, 4, 20)}
    return WorkExperience.objects.create(profile=profile, **{**defaults, **fields})


def photo(*, profile: ModelProfile, **fields) -> Photo:
    """A photo's row, the last in order; its files are named but not written."""
    order = profile.photos.count()
    defaults = {"file": f"photos/{order}.webp", "thumbnail": f"photos/{order}-small.webp", "width": 900, "height": 1200}
    return Photo.objects.create(profile=profile, order=order, is_main=order == 0, size=1, **{**defaults, **fields})


def employer(*, person: User | None = None, **fields) -> EmployerProfile:
    defaults = {"company_name": "Tengri Production", "phone": "+77011234567", "contact_person": "Дана"}
    return EmployerProfile.objects.create(user=person or user(role=Role.EMPLOYER), **{**defaults, **fields})


def agency(**fields) -> EmployerProfile:
    return employer(person=user(role=Role.AGENCY), **{"company_name": "Tengri Models", **fields})


def member(*, of: EmployerProfile | None = None, role: str = "editor", person: User | None = None) -> Member:
    """Somebody in the team, without a page of her own."""
    person = person or user(role=Role.EMPLOYER)
    return Member.objects.create(organization=of or agency(), user=person, role=role)


def invitation(
    *, to: EmployerProfile | None = None, email: str = "dana@example.kz", role: str = "editor"
) -> Invitation:
    """An open one, its letter unsent; `token` is what the letter would say."""
    to = to or agency()
    made = teams.invite(user=to.user, organization=to, email=email, role=role)[0]
    made.token = invitation_tokens.of(made)
    return made


def representation(*, by: EmployerProfile | None = None, of: ModelProfile | None = None, **fields) -> Representation:
    fields = {"status": "active", **fields}
    return Representation.objects.create(organization=by or agency(), model=of or model(), **fields)


def follow(*, of: EmployerProfile | None = None, by: User | None = None) -> Follow:
    return Follow.objects.create(organization=of or employer(), user=by or user())


def business(person: User) -> User:
    """The person, with a plan without a limit of responses."""
    billing_services.grant(user=person, plan=Plan.objects.get(name="BUSINESS"))
    return person


def payment(*, user: User, **fields) -> Payment:
    """A pending order for ten responses."""
    return Payment.objects.create(user=user, **{"product": "responses", "responses": 10, "amount": 990, **fields})


def notification(*, user: User, kind: str = "plan_ended", **data) -> Notification:
    """Something that the user was told: written as the services write it, with its count and its letter."""
    return Notification.objects.get(id=notification_services.tell(user=user, kind=kind, **(data or {"plan": "PRO"})))


def device(*, user: User, **fields) -> Device:
    return Device.objects.create(
        user=user, **{"token": f"token-{next(_number)}:APA91b", "platform": "android", **fields}
    )


def casting(*, of: EmployerProfile | None = None, **fields) -> Casting:
    defaults = {
        "title": "Съёмка лукбука",
        "description": "Ищем модель на день съёмок.",
        "city": "Almaty",
        "shoot_date": timezone.now() + timedelta(days=14),
        "status": CastingStatus.ACTIVE,
    }
    return Casting.objects.create(employer=of or employer(), **{**defaults, **fields})


def response(*, to: Casting | None = None, by: ModelProfile | None = None, **fields) -> Response:
    """A response, and its casting's count with it."""
    to = to or casting()
    made = Response.objects.create(casting=to, applicant=by or model(), **fields)
    to.responses_count += 1
    to.save(update_fields=["responses_count"])
    return made


def review(*, author: User, after: Casting | None = None, **fields) -> Review:
    """What the author says of a `model` or an `employer`, after a casting of its own; ratings are left alone."""
    of = fields.get("employer") or getattr(author, "employer_profile", None)
    after = after or casting(of=of, status=CastingStatus.COMPLETED)
    return Review.objects.create(author=author, casting=after, **{"rating": 5, "comment": "Спасибо!", **fields})


def done(*, of: EmployerProfile | None = None, by: ModelProfile | None = None) -> Response:
    """The accepted response of a completed casting, whose two sides may review each other."""
    return response(to=casting(of=of, status=CastingStatus.COMPLETED), by=by, status="accepted")


def view(*, of: ModelProfile | Casting, day: date | None = None, **fields) -> ModelView | CastingView:
    """Somebody's look at the page or the casting."""
    kind = ModelView if isinstance(of, ModelProfile) else CastingView
    defaults = {"viewer": f"viewer {next(_number)}", "day": day or clock.today()}
    return kind.objects.create(subject=of, **{**defaults, **fields})


def subscribe(person: User, plan: str) -> User:
    """The person, with this plan for a month."""
    billing_services.grant(user=person, plan=Plan.objects.get(name=plan))
    return person


def pro(person: User) -> User:
    """The person, with a plan that has chat."""
    return subscribe(person, "PRO")


def search(*, of: User | None = None, filters: dict | None = None, **fields) -> SavedSearch:
    """A saved search, kept as the API keeps it."""
    owner, target = of or user(), fields.pop("target", "castings")
    texts = {n: str(v).lower() if isinstance(v, bool) else str(v) for n, v in (filters or {}).items()}
    form = searches.form(target, texts)
    assert form.is_valid(), form.errors
    named = {"name": f"Search {next(_number)}", "alert": "instant", **fields}
    return searches.save(user=owner, target=target, filters=filters or {}, cleaned=form.cleaned_data, **named)


def casting_invitation(*, to: Casting | None = None, of: ModelProfile | None = None, **fields) -> CastingInvitation:
    return CastingInvitation.objects.create(casting=to or casting(), model=of or model(), **fields)


def room(*, one: User | None = None, other: User | None = None, about: Casting | None = None) -> Room:
    """The room of an employer who has chat and a model, opened by the first of the two."""
    one, other = one or pro(employer().user), other or model().user
    return chat_services.open_room(opener=one, participant_id=other.id, casting_id=about and about.id)[0]


def attachment(*, owner: User, **fields) -> Attachment:
    """An attachment's row; its file is named but not written."""
    defaults = {"file": "attachments/a.webp", "name": "a.webp", "content_type": "image/webp", "size": 1}
    return Attachment.objects.create(owner=owner, **{**defaults, **fields})


def message(*, to: Room, by: User, content: str = "Здравствуйте!", **fields) -> Message:
    return chat_services.say(sender=by, room_id=to.id, content=content, **fields)[0]


def report(*, of=None, by: User | None = None, **fields) -> Report:
    """A report of this row (a new casting without), made as the API makes it."""
    of = of or casting()
    kinds = {User: "user", ModelProfile: "model", EmployerProfile: "employer", Casting: "casting", Message: "message"}
    named = {"target_type": kinds[type(of)], "target_id": of.id}
    return reports.submit(reporter=by or user(), **named, **{"reason": "other", "comment": "Это обман.", **fields})
