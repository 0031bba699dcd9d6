"""The second factor of staff: a phone that counts time (TOTP, RFC 6238), and codes on paper for the day it is lost.

django-otp keeps the devices: a code counts once, wrong ones make the next wait longer and longer (1, 2, 4… seconds).
Of the codes on paper only hashes are kept.
"""

from hashlib import sha256
from secrets import choice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.models import VerifyNotAllowed
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import audit
from accounts.models import User
from mwork.api.errors import Forbidden, InvalidState

CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another: 31, so 12 of them are 59 bits
LENGTH = 12


def device_of(user: User) -> TOTPDevice | None:
    """The phone that the user has enrolled."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


@transaction.atomic
def begin(*, user: User) -> TOTPDevice:
    """The phone to enrol, not confirmed yet: the same one until it is. InvalidState when there is one already."""
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    if device_of(user):
        raise InvalidState(_("There is a second factor already."))
    return TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "phone"})[0]


@transaction.atomic
def enrol(*, user: User, code: str) -> tuple[TOTPDevice, list[str]]:
    """Confirm the phone by its first code; the codes for paper come back this once.

    None of them for a code that is not the phone's: nothing is raised, so that the count of failures stays.
    InvalidState when another phone was confirmed meanwhile.
    """
    device = begin(user=user)
    device = TOTPDevice.objects.select_for_update().get(id=device.id)
    if not device.verify_token(_digits(code)):
        return device, []
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    audit.record(actor=user, action="enrol", target=user, reason=_("The second factor, at a sign-in."))
    return device, _new_codes(user)


@transaction.atomic
def check(*, user: User, code: str) -> TOTPDevice | StaticDevice | None:
    """The device that this code is of, used up now; None for a wrong one, or while one has to wait.

    The rows are locked: of two who show a code at the same moment one gets in.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return None
    if len(_digits(code)) == device.digits == len("".join(code.split())):
        return device if device.verify_token(_digits(code)) else None
    paper = StaticDevice.objects.select_for_update().filter(user=user).first()
    return paper if paper and paper.verify_token(_hash(code)) else None


def wait(user: User) -> int:
    """Seconds until the next code of this user is looked at; 0: at once."""
    devices = [*TOTPDevice.objects.filter(user=user), *StaticDevice.objects.filter(user=user)]
    seconds = [0]
    for device in devices:
        allowed, why = device.verify_is_allowed()
        if not allowed and why and why.get("reason") == VerifyNotAllowed.N_FAILED_ATTEMPTS:
            seconds.append(int((why["locked_until"] - timezone.now()).total_seconds()) + 1)
    return max(seconds)


@transaction.atomic
def renew_codes(*, user: User, code: str) -> list[str]:
    """New codes for paper, the old ones void; the phone's code proves who asks. Empty for a wrong one."""
    user = User.objects.select_for_update(no_key=True).get(id=user.id)  # first, as a closing account takes it
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None or not device.verify_token(_digits(code)):
        return []
    audit.record(actor=user, action="enrol", target=user, reason=_("New recovery codes."))
    return _new_codes(user)


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def take_away(*, user: User, actor: User | None, reason: str) -> None:
    """Forget the user's phone and codes: the next sign-in enrols anew. InvalidState when there is none.

    Nobody takes his own away, and a superuser's is taken by superusers or the operator (actor None).
    """
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    if actor is not None and (actor.id == user.id or (user.is_superuser and not actor.is_superuser)):
        raise Forbidden
    phones, _rows = TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    if not phones:
        raise InvalidState(_("There is no second factor."))
    audit.record(actor=actor, action="reset_second_factor", target=user, reason=reason, subject=user)


def erase(*, user: User) -> None:
    """What a closing account leaves here: nothing."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="paper")
    codes = ["".join(choice(LETTERS) for _number in range(LENGTH)) for _number in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_hash(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, LENGTH, 4)) for code in codes]


def _hash(code: str) -> str:
    """What is kept of a code on paper: 64 bits, as the library's column is long. The codes are random: no salt."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return sha256(letters.encode("utf-8", "replace")).hexdigest()[:16]


def _digits(code: str) -> str:
    return "".join(letter for letter in code if letter in "0123456789")
