"""The market that the check meets: the demo market's, with a row of every kind for each who asks."""

from io import StringIO

from django.core.management import call_command
from django.db.models import Model, Q, QuerySet

from accounts import services, tokens
from accounts.models import Purpose, Session, User
from billing.models import Payment
from castings.models import Casting, Response, Review, SavedSearch
from castings.models import Invitation as CastingInvitation
from chat.models import Attachment, Message, Room
from mwork.market.sign_ins import EMAILS, PASSWORD
from mwork.market.words import DOMAIN
from notifications.models import Device, Notification
from profiles import invitation_tokens
from profiles.models import EmployerProfile, Invitation, Member, ModelProfile, Photo, Representation, WorkExperience
from tests import factories

SIZE = {"models": 40, "employers": 8, "castings": 40}
MOST = 4  # of one's own rows of a kind, and as many of others'


def seed() -> None:
    """Write the market into an empty database."""
    call_command("migrate", verbosity=0)
    call_command("seed_demo", force=True, no_pictures=True, stdout=StringIO(), **SIZE)
    for role in EMAILS:
        _furnish(person(role))


def person(role: str) -> User:
    """The role's known account."""
    return User.objects.get(email=EMAILS[role])


def newcomer(role: str) -> User:
    """Somebody of the role who has nothing yet."""
    return factories.user(role=role, email=f"new.{role}@example.kz")


def _furnish(user: User) -> None:
    """What the demo market leaves out, once for each."""
    factories.notification(user=user)
    factories.device(user=user)
    factories.search(of=user)
    factories.payment(user=user)
    factories.attachment(owner=user)
    factories.access_token(user)  # a session to end
    factories.invitation(email=user.email)
    if hasattr(user, "model_profile"):
        factories.photo(profile=user.model_profile)
        factories.photo(profile=user.model_profile)
        factories.representation(of=user.model_profile, status="pending")
        factories.casting_invitation(of=user.model_profile)
    if hasattr(user, "employer_profile"):
        factories.member(of=user.employer_profile)
        factories.invitation(to=user.employer_profile)
        factories.casting_invitation(to=factories.casting(of=user.employer_profile))
        factories.casting(of=user.employer_profile, status="draft")


def known(user: User | None) -> dict[str, list[str]]:
    """What exists, by what addresses and bodies call it: ids of the user's own rows first, then of others'."""
    castings, messages = _some(Casting, user, "employer__user"), _some(Message, user, "sender")
    models, employers = _some(ModelProfile, user, "user"), _some(EmployerProfile, user, "user")
    photos, rooms = _some(Photo, user, "profile__user"), _some(Room, user, "first", "second")
    users = [str(each.pk) for each in ([user] if user else []) + [person(role) for role in EMAILS]]
    return {
        "casting_id": castings,
        "castings": castings,
        "creator_id": employers,
        "employers": employers,
        "organization_id": employers,
        "organizations": employers,
        "model_id": models,
        "model_ids": models,
        "models": models,
        "profile_id": models,
        "entityId": [*castings, *models, *employers],
        "target_id": [*castings, *models, *employers, *users, *messages],
        "participant_id": users,
        "user_id": users,
        "users": users,
        "attachment_ids": _some(Attachment, user, "owner"),
        "before": messages,
        "messages": messages,
        "room_id": rooms,
        "rooms": rooms,
        "photo_ids": photos,
        "photos": photos,
        "experience": _some(WorkExperience, user, "profile__user"),
        "invitations": [
            *_some(CastingInvitation, user, "model__user", "casting__employer__user"),
            *_some(Invitation, user, "organization__user"),
        ],
        "members": _some(Member, user, "organization__user"),
        "notifications": _some(Notification, user, "user"),
        "payments": _some(Payment, user, "user"),
        "representations": _some(Representation, user, "model__user", "organization__user"),
        "responses": _some(Response, user, "applicant__user", "casting__employer__user"),
        "reviews": _some(Review, user, "author", "model__user", "employer__user"),
        "searches": _some(SavedSearch, user, "user"),
        "sessions": _some(Session, user, "user"),
        **_texts(user),
    }


def _texts(user: User | None) -> dict[str, list[str]]:
    """What is no id: addresses, the password of them all, tokens."""
    somebody = user or person("model")
    _session, refresh_token = services.open_session(user=somebody)
    letters = [tokens.sign_letter(services.write_letter(user=somebody, purpose=purpose)) for purpose in Purpose]
    invitations = Invitation.objects.filter(email=somebody.email)
    devices = Device.objects.filter(user=somebody)
    return {
        "email": [somebody.email, f"nobody@{DOMAIN}"],
        "password": [PASSWORD],
        "current_password": [PASSWORD],
        "refresh_token": [refresh_token],
        "token": [*letters, *map(invitation_tokens.of, invitations), *devices.values_list("token", flat=True)],
    }


def _some(kind: type[Model], user: User | None, *owners: str) -> list[str]:
    """Ids of such rows, those first whose owner, by one of these lookups, is the user."""
    own = Q(*((owner, user) for owner in owners), _connector=Q.OR) if user else Q(pk__in=())
    rows = kind.objects.order_by("pk")
    return [*_ids(rows.filter(own)), *_ids(rows.exclude(own))]


def _ids(rows: QuerySet) -> list[str]:
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:MOST]]
