"""A person who has left something recognisable in every table, and where that can be found."""

import json
from datetime import date, timedelta

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, models
from django.utils import timezone

from accounts import audit, reports
from accounts import services as accounts
from accounts.models import Block, Purpose, Role
from billing import ledger
from billing import services as billing
from billing.models import PaidPeriod, PaymentEvent, Plan, Renewal
from castings import services as castings
from castings.models import SavedCasting
from mwork.api.models import IdempotencyKey
from mwork.images import Picture
from notifications import announcements
from notifications.models import Delivery, Preferences
from profiles import photos
from profiles import services as profiles
from tests import factories

MARK = "qzx"  # in every text of hers
BIRTH, ADDRESS = date(1987, 6, 5), "203.0.113.77"
MARKS = (MARK, BIRTH.isoformat(), ADDRESS)
PICTURE = Picture(content=b"qzx picture", thumbnail=b"qzx small", width=900, height=1200)
OURS = ("accounts", "billing", "profiles", "castings", "chat", "notifications", "mwork")
RANDOM = ("password", "digest", "refresh_hash", "previous_hash", "fingerprint", "viewer")  # may hold a mark by chance
TEXTUAL = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, models.BinaryField)


class Marked:
    """Somebody of this role, her partner of the other side, and a row of hers in every table that can hold one."""

    def __init__(self, role: str):
        self.user = factories.user(role=role, email=f"{MARK}-{role}@example.kz", ban_reason=f"{MARK} ban reason")
        self.partner = factories.pro(factories.user(role=Role.EMPLOYER if role == Role.MODEL else Role.MODEL))
        self.staff = factories.staff()
        self.model() if role == Role.MODEL else self.employer()
        for fill in (self.account, self.money, self.talk, self.hear, self.be_moderated):
            fill()

    def model(self) -> None:
        self.page = factories.model(
            person=self.user, name=f"{MARK} name", bio=f"{MARK} bio", birth_date=BIRTH, city=f"{MARK} city",
            country=f"{MARK} country", clothing_size=f"{MARK} size", hair_color=f"{MARK} hair",
            eye_color=f"{MARK} eyes", skin_tone=f"{MARK} skin", languages=[f"{MARK} language"],
        )  # fmt: skip
        factories.work_experience(profile=self.page, company=f"{MARK} company", position=f"{MARK} position")
        self.photo = photos.add(user=self.user, picture=PICTURE, caption=f"{MARK} caption")
        self.casting = factories.casting(of=factories.employer(person=self.partner))
        links = [f"https://{MARK}.example.com"]
        self.response = castings.apply(
            user=self.user, casting=self.casting, message=f"{MARK} answer", portfolio_links=links
        )
        castings.annotate(response=self.response, note=f"{MARK} note about her")
        factories.representation(by=factories.agency(), of=self.page)
        factories.casting_invitation(of=self.page)
        self.review = factories.review(
            author=self.user, employer=self.partner.employer_profile, comment=f"{MARK} review"
        )
        factories.review(author=self.partner, model=self.page, reply=f"{MARK} reply")

    def employer(self) -> None:
        self.page = factories.employer(
            person=self.user, company_name=f"{MARK} company", description=f"{MARK} about", phone=f"+7{MARK}",
            website=f"https://{MARK}.example.com", contact_person=f"{MARK} contact", city=f"{MARK} city",
            country=f"{MARK} country",
        )  # fmt: skip
        self.page = profiles.set_logo(employer=self.page, picture=PICTURE)
        shoot = timezone.now() + timedelta(days=9)
        self.casting, self.unanswered = (
            castings.publish(
                user=self.user, title=f"{MARK} title {number}", description=f"{MARK} description", city=f"{MARK} city",
                address=f"{MARK} address", shoot_date=shoot, status="active",
            )
            for number in range(2)
        )  # fmt: skip
        castings.set_cover(casting=self.casting, picture=PICTURE)
        self.response = factories.response(to=self.casting, by=factories.model(person=self.partner))
        castings.annotate(response=self.response, note=f"{MARK} note by her")
        factories.representation(by=self.page)
        factories.casting_invitation(to=self.casting)
        factories.invitation(to=self.page)
        of_her = {"after": self.casting, "model": self.partner.model_profile}
        self.review = factories.review(author=self.user, comment=f"{MARK} review", **of_her)
        factories.review(author=self.partner, after=self.casting, employer=self.page, reply=f"{MARK} reply")

    def account(self) -> None:
        session, _token = accounts.open_session(user=self.user, device=f"{MARK} phone", ip=ADDRESS)
        accounts.issue_ticket(session=session)
        accounts.write_letter(user=self.user, purpose=Purpose.VERIFY_EMAIL)
        Block.objects.create(blocker=self.user, blocked=factories.user())
        SavedCasting.objects.create(user=self.user, casting=factories.casting())
        factories.search(
            of=self.user, name=f"{MARK} search", filters={"search": f"{MARK} words", "city": f"{MARK} city"}
        )
        factories.follow(of=factories.employer(), by=self.user)
        factories.invitation(to=factories.agency(), email=self.user.email)
        body = json.dumps({"name": f"{MARK} answer kept"})
        IdempotencyKey.objects.create(user=self.user, key=f"{MARK}-1", fingerprint="f", status=201, body=body)

    def money(self) -> None:
        payment = factories.payment(user=self.user)
        raw = f"InvId={payment.inv_id}&Shp_email={MARK}".encode()
        PaymentEvent.objects.create(payment=payment, kind="notice", raw=raw, address=ADDRESS, reason=f"{MARK} reason")
        plan, now = Plan.objects.get(name="PRO"), timezone.now()
        subscription = billing.grant(user=self.user, plan=plan)
        PaidPeriod.objects.create(
            subscription=subscription,
            plan=plan,
            payment=payment,
            starts_at=now,
            ends_at=now + timedelta(days=9),
            value=1,
        )
        Renewal.objects.create(subscription=subscription, period_end=now, next_try_at=now)
        ledger.buy(payment)

    def talk(self) -> None:
        self.room = factories.room(one=self.partner, other=self.user, about=None)
        factories.message(to=self.room, by=self.partner, content="Здравствуйте!")
        sent, self.unsent = (self.upload(f"{MARK}-{name}.webp") for name in ("sent", "unsent"))
        self.message = factories.message(
            to=self.room, by=self.user, content=f"{MARK} message", client_id=f"{MARK}-7", attachment_ids=[sent.id]
        )

    def upload(self, name: str):
        folder, store = f"attachments/{self.user.id}", storages["private"]
        file, thumbnail = (store.save(f"{folder}/{part}-{name}", ContentFile(b"qzx")) for part in ("file", "small"))
        return factories.attachment(owner=self.user, file=file, thumbnail=thumbnail, name=name)

    def hear(self) -> None:
        Preferences.objects.create(user=self.user)
        factories.device(user=self.user, token=f"{MARK}-{self.user.id}:APA91b")
        factories.notification(user=self.user, plan=f"{MARK} plan")
        Delivery.objects.filter(user=self.user).update(last_error=f"550 <{self.user.email}> unknown")
        factories.notification(user=self.partner, kind="new_message", name=f"{MARK} name", room_id="r")
        if self.user.role != Role.MODEL:
            about = announcements.data(self.casting)
            factories.notification(user=factories.user(), kind="new_casting", **about)
        self.partner.notifications.filter(data__name=f"{MARK} name").update(actor=self.user)

    def be_moderated(self) -> None:
        for comment in (f"{MARK} open comment", f"{MARK} settled comment"):
            report = factories.report(by=self.user, comment=comment)
        settled = [report]
        for reporter in (factories.user(), factories.user()):  # the second one's stays open
            report = factories.report(of=self.page, by=reporter)
            settled.append(report)
        for report in settled[:-1]:
            reports.dismiss(report=report, actor=self.staff, outcome="Looked at.", reason="Looked at.")
        audit.record(actor=self.staff, action="note", target=self.page, reason=f"{MARK} words of staff",
                     subject=self.user)  # fmt: skip
        mine = [self.user, self.page, *([self.photo, self.response] if hasattr(self, "photo") else [self.casting])]
        for row in mine:
            LogEntry.objects.log_actions(self.staff.id, [row], CHANGE, f"{MARK} changed", single_object=True)


def columns(*marks: str) -> set[str]:
    """Every column of every table that holds one of the marks, as `table.column`."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name, data_type FROM information_schema.columns "
                       "WHERE table_schema = 'public'")  # fmt: skip
        for table, column, kind in cursor.fetchall():
            if column in RANDOM:
                continue
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            where = " OR ".join(f"lower({text}) LIKE %s" for _ in marks)
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE {where})', [f"%{mark}%" for mark in marks])
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found


def textual_columns() -> set[str]:
    """Every column of our own tables that could hold somebody's words: texts without fixed choices."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in ours
        for field in model._meta.concrete_fields
        if isinstance(getattr(field, "base_field", field), TEXTUAL) and not field.choices and not field.primary_key
    }
