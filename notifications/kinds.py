"""Every kind of notification in one table: its type, its texts, who may switch it off, where it goes, what it opens.

The texts are made for one reader, in the present language.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from notifications.models import Channel, Type


@dataclass(frozen=True)
class Kind:
    """`title` and `message` take the notification's data in %(name)s places, `path` in {name} ones.

    `preference` names the switch that keeps it from being written; None when there is none. What `always` comes is
    mailed too whatever the channels say: money and moderation. `to_banned` goes out to those who are shut out too, by
    letter only: they can't look here. `template` is a folder of templates/emails. `path` is
    the page of the client behind the letter's button; without one, the data's `link` is. `sample` fills a preview.
    """

    type: Type
    title: str
    message: str
    preference: str | None = None
    always: bool = False
    to_banned: bool = False
    channels: tuple[Channel, ...] = (Channel.EMAIL, Channel.PUSH)
    template: str = "notification"
    path: str = ""
    sample: dict = field(default_factory=dict)


_CASTING = {"casting_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1", "casting_title": "Lookbook in Almaty"}
_PLACE = {**_CASTING, "city": "Almaty", "address": "Abay 52", "date": "12.12.2026", "time": "10:00"}
_SEARCH = {"search": "Lookbooks", "search_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa121"}
_MODEL = {"model_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c1", "name": "Айгерім", "city": "Almaty"}
_MONEY = {"payment_id": _CASTING["casting_id"], "order_id": "order-154", "product": "subscription", "amount": 5000}
_TEAM = {
    **_CASTING,
    "name": "Tengri Models",
    "organization": "Tengri Models",
    "organization_id": _CASTING["casting_id"],
}
_PLAN = {"plan": "PRO", "amount": 5000, "date": "12.12.2026", "link": "https://mwork.kz/renew?token=…"}


def _money(title: str, message: str, path: str = "", sample: dict | None = None, type: Type = Type.SUBSCRIPTION):
    return Kind(type, title, message, always=True, path=path, sample=sample or _PLAN)


def _by_staff(title: str, message: str, path: str = "/", sample: dict | None = None, **more):
    sample = {**_CASTING, "reason": "The address does not exist.", **(sample or {})}
    return Kind(Type.MODERATION, title, message, always=True, path=path, sample=sample, **more)


def _decision(title: str, message: str, **more):
    return Kind(
        Type.RESPONSE_STATUS_CHANGE, title, message, preference="response_status_change",
        path="/castings/{casting_id}", sample=_CASTING, **more,
    )  # fmt: skip


def _organization(title: str, message: str, path: str = "/organizations/{organization_id}/models"):
    return Kind(Type.ORGANIZATION, title, message, path=path, sample=_TEAM)


KINDS = {
    "new_response": Kind(
        Type.NEW_RESPONSE,
        gettext_noop("New response"),
        gettext_noop("%(name)s has answered your casting “%(casting_title)s”."),
        preference="new_response",
        path="/castings/{casting_id}/responses",
        sample={**_CASTING, "name": "Айгерім"},
    ),
    "response_viewed": _decision(
        gettext_noop("Your response was viewed"),
        gettext_noop("The employer has looked at your response to “%(casting_title)s”."),
        channels=(),
    ),
    "response_shortlisted": _decision(
        gettext_noop("You are on the shortlist"),
        gettext_noop("The employer of “%(casting_title)s” is considering you."),
    ),
    "response_accepted": _decision(
        gettext_noop("You have been chosen"),
        gettext_noop("Your response to “%(casting_title)s” is accepted. Congratulations!"),
    ),
    "response_rejected": _decision(
        gettext_noop("Not this time"),
        gettext_noop("The employer of “%(casting_title)s” has chosen others. More castings are waiting for you."),
    ),
    "new_message": Kind(
        Type.NEW_MESSAGE,
        gettext_noop("New message"),
        gettext_noop("%(name)s has written to you."),
        preference="new_message",
        path="/chat/{room_id}",
        sample={"name": "Tengri Production", "room_id": _CASTING["casting_id"]},
    ),
    "new_casting": Kind(
        Type.NEW_CASTING,
        gettext_noop("New casting: %(casting_title)s"),
        gettext_noop("%(city)s, %(date)s. You fit what it asks for."),
        preference="new_casting",
        template="new_casting",
        path="/castings/{casting_id}",
        sample=_PLACE,
    ),
    "followed_casting": Kind(
        Type.NEW_CASTING,
        gettext_noop("New casting: %(casting_title)s"),
        gettext_noop("%(city)s, %(date)s. From %(name)s, whom you follow."),
        preference="new_casting",
        template="new_casting",
        path="/castings/{casting_id}",
        sample={**_PLACE, "name": "Tengri Production"},
    ),
    "search_casting": Kind(
        Type.NEW_CASTING,
        gettext_noop("New casting: %(casting_title)s"),
        gettext_noop("Your search “%(search)s” has found it: %(city)s, %(date)s."),
        preference="new_casting",
        template="new_casting",
        path="/castings/{casting_id}",
        sample={**_PLACE, **_SEARCH},
    ),
    "search_castings": Kind(
        Type.NEW_CASTING,
        gettext_noop("New castings for “%(search)s”: %(count)s"),
        gettext_noop("Found since the last digest: %(titles)s"),
        preference="new_casting",
        path="/searches/{search_id}",
        sample={**_SEARCH, "count": 2, "titles": "Lookbook in Almaty; Spring show"},
    ),
    "search_model": Kind(
        Type.NEW_MODEL,
        gettext_noop("New model: %(name)s"),
        gettext_noop("Your search “%(search)s” has found a new model in %(city)s."),
        path="/models/{model_id}",
        sample={**_MODEL, **_SEARCH},
    ),
    "search_models": Kind(
        Type.NEW_MODEL,
        gettext_noop("New models for “%(search)s”: %(count)s"),
        gettext_noop("They have joined since the last digest."),
        path="/searches/{search_id}",
        sample={**_SEARCH, "count": 3},
    ),
    "casting_invitation": Kind(
        Type.CASTING_INVITATION,
        gettext_noop("You are invited: %(casting_title)s"),
        gettext_noop("%(name)s would like to see you at its casting: %(city)s, %(date)s."),
        template="new_casting",
        path="/castings/{casting_id}",
        sample={**_PLACE, "name": "Tengri Production"},
    ),
    "casting_reminder": Kind(
        Type.CASTING_REMINDER,
        gettext_noop("The shoot is near: %(casting_title)s"),
        gettext_noop("It begins on %(date)s at %(time)s (Almaty time), %(city)s."),
        preference="casting_reminder",
        template="casting_reminder",
        path="/castings/{casting_id}",
        sample=_PLACE,
    ),
    "new_review": Kind(
        Type.REVIEW,
        gettext_noop("New review: %(rating)s of 5"),
        gettext_noop("%(name)s has reviewed your work on “%(casting_title)s”."),
        path="/reviews",
        sample={**_CASTING, "name": "Tengri Production", "rating": 5, "review_id": _CASTING["casting_id"]},
    ),
    "review_answered": Kind(
        Type.REVIEW,
        gettext_noop("Your review was answered"),
        gettext_noop("%(name)s has answered your review after “%(casting_title)s”."),
        path="/castings/{casting_id}",
        sample={**_CASTING, "name": "Tengri Production", "review_id": _CASTING["casting_id"]},
    ),
    "payment_paid": _money(
        gettext_noop("Payment received"),
        gettext_noop("%(amount)s ₸ for order %(order_id)s have arrived. Thank you!"),
        "/payments/{payment_id}",
        _MONEY,
        Type.PAYMENT,
    ),
    "payment_refunded": _money(
        gettext_noop("Payment returned"),
        gettext_noop("%(amount)s ₸ for order %(order_id)s go back to you."),
        "/payments/{payment_id}",
        _MONEY,
        Type.PAYMENT,
    ),
    "plan_charged_soon": _money(
        gettext_noop("Your plan %(plan)s is renewed soon"),
        gettext_noop("It runs until %(date)s. A day before that %(amount)s ₸ are charged to your card."),
        "/subscription",
    ),
    "plan_ends_soon": _money(
        gettext_noop("Your plan %(plan)s ends soon"),
        gettext_noop("It runs until %(date)s and is not renewed by itself. To keep it, pay %(amount)s ₸: %(link)s"),
    ),
    "renewal_declined": _money(
        gettext_noop("Your card was not charged"),
        gettext_noop("Plan %(plan)s could not be renewed. We try again; to pay another way: %(link)s"),
    ),
    "renewal_failed": _money(
        gettext_noop("Your plan %(plan)s could not be renewed"),
        gettext_noop("Your card was not charged in three tries. To keep the plan, pay here: %(link)s"),
    ),
    "plan_ended": _money(
        gettext_noop("Your plan %(plan)s has ended"),
        gettext_noop("You are on the free plan now. Nothing of yours was deleted."),
        "/subscription",
    ),
    "member_joined": _organization(
        gettext_noop("Somebody has joined your team"),
        gettext_noop("%(name)s is in the team of %(organization)s now."),
        "/organizations/{organization_id}/members",
    ),
    "representation_asked": _organization(
        gettext_noop("An agency would like to represent you"),
        gettext_noop("%(name)s asks whether it may answer castings for you. You decide, and may end it at any time."),
        "/organizations/representations",
    ),
    "representation_accepted": _organization(
        gettext_noop("A model has joined your roster"),
        gettext_noop("%(name)s has agreed: you may answer castings for her now."),
    ),
    "representation_declined": _organization(
        gettext_noop("A model has declined"),
        gettext_noop("%(name)s does not want to be on your roster."),
    ),
    "representation_left": _organization(
        gettext_noop("A model has left your roster"),
        gettext_noop("%(name)s has ended the representation. What you have answered for her stands."),
    ),
    "representation_ended": _organization(
        gettext_noop("An agency represents you no more"),
        gettext_noop("%(name)s has ended the representation. What it has answered for you stands."),
        "/organizations/representations",
    ),
    "answered_for_you": _organization(
        gettext_noop("Your agency has answered a casting for you"),
        gettext_noop("%(name)s has answered “%(casting_title)s” for you."),
        "/castings/{casting_id}",
    ),
    "withdrawn_for_you": _organization(
        gettext_noop("Your agency has withdrawn a response of yours"),
        gettext_noop("%(name)s has withdrawn what it had answered to “%(casting_title)s” for you."),
        "/castings/{casting_id}",
    ),
    "plan_granted": _money(
        gettext_noop("You have plan %(plan)s now"),
        gettext_noop("Our staff have given it to you until %(date)s."),
        "/subscription",
    ),
    "plan_taken": _money(
        gettext_noop("You are on the free plan now"),
        gettext_noop("Our staff have ended your plan. Reason: %(reason)s"),
        "/subscription",
        {"reason": "Asked for by letter."},
    ),
    "account_banned": _by_staff(
        gettext_noop("Your account is blocked"),
        gettext_noop("You can't sign in any more, and nobody sees your page and castings. Reason: %(reason)s"),
        to_banned=True,
        channels=(Channel.EMAIL,),
    ),
    "account_suspended": _by_staff(
        gettext_noop("Your account is blocked until %(date)s"),
        gettext_noop("Until %(date)s, %(time)s (Almaty time), you can't sign in. Reason: %(reason)s"),
        sample={"date": "12.12.2026", "time": "10:00"},
        to_banned=True,
        channels=(Channel.EMAIL,),
    ),
    "account_restored": _by_staff(
        gettext_noop("Your account is open again"),
        gettext_noop("The restriction on your account has been lifted. You may sign in again."),
    ),
    "sessions_ended": _by_staff(
        gettext_noop("You were signed out everywhere"),
        gettext_noop("Our staff have ended your sessions; sign in again. Reason: %(reason)s"),
    ),
    "casting_hidden": _by_staff(
        gettext_noop("Your casting is hidden"),
        gettext_noop("Nobody but you sees “%(casting_title)s” now. Reason: %(reason)s"),
        "/castings/{casting_id}",
    ),
    "casting_spam": _by_staff(
        gettext_noop("Your casting was taken off as spam"),
        gettext_noop("Nobody but you sees “%(casting_title)s” now. Reason: %(reason)s"),
        "/castings/{casting_id}",
    ),
    "casting_shown": _by_staff(
        gettext_noop("Your casting is shown again"),
        gettext_noop("“%(casting_title)s” can be found again."),
        "/castings/{casting_id}",
    ),
    "casting_approved": _by_staff(
        gettext_noop("Your casting is published"),
        gettext_noop("“%(casting_title)s” was looked at and is open to everybody now."),
        "/castings/{casting_id}",
    ),
    "casting_refused": _by_staff(
        gettext_noop("Your casting was not published"),
        gettext_noop("Change “%(casting_title)s”, and we look at it again. Reason: %(reason)s"),
        "/castings/{casting_id}",
    ),
    "employer_verified": _by_staff(
        gettext_noop("Your company is verified"),
        gettext_noop("Your page carries the mark of a verified company now."),
        "/employers/{employer_id}",
        {"employer_id": _CASTING["casting_id"]},
    ),
    "employer_unverified": _by_staff(
        gettext_noop("Your company is not verified any more"),
        gettext_noop("The mark was taken off your page. Reason: %(reason)s"),
        "/employers/{employer_id}",
        {"employer_id": _CASTING["casting_id"]},
    ),
    "photo_hidden": _by_staff(
        gettext_noop("Your photo is hidden"),
        gettext_noop("Nobody but you sees one of your photos now. Reason: %(reason)s"),
        "/profile",
    ),
    "photo_shown": _by_staff(
        gettext_noop("Your photo is shown again"),
        gettext_noop("One of your photos that was hidden can be seen again."),
        "/profile",
    ),
    "review_hidden": _by_staff(
        gettext_noop("Your review is hidden"),
        gettext_noop("Nobody but you sees one of your reviews now, and it does not count. Reason: %(reason)s"),
    ),
    "review_shown": _by_staff(
        gettext_noop("Your review is shown again"),
        gettext_noop("One of your reviews that was hidden can be read again."),
    ),
    "report_resolved": _by_staff(
        gettext_noop("We have acted on your report"),
        gettext_noop("Our staff write: %(outcome)s"),
        "/reports",
        {"outcome": "The casting was taken off. Thank you!"},
    ),
    "report_dismissed": _by_staff(
        gettext_noop("We have looked at your report"),
        gettext_noop("Our staff write: %(outcome)s"),
        "/reports",
        {"outcome": "We have found nothing against the rules."},
    ),
}


def title(kind: str, data: dict) -> str:
    return gettext(KINDS[kind].title) % _filled(data)


def message(kind: str, data: dict) -> str:
    return gettext(KINDS[kind].message) % _filled(data)


def link(kind: str, data: dict) -> str:
    """The address that a letter's button and a push open."""
    path = KINDS[kind].path
    return f"{settings.APP_URL}{path.format_map(data)}" if path else data["link"]


def _filled(data: dict) -> dict:
    """The data with a word in the place of a name that its owner has taken along, and of a reason nobody gave."""
    return {
        **data,
        "name": data.get("name") or gettext("Deleted user"),
        "reason": data.get("reason") or gettext("a decision of our staff."),
    }
