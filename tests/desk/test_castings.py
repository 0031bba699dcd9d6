"""The queues of castings: the riskiest first, with the reasons; words changed by staff are judged anew."""

from castings import screening
from castings.models import Casting
from tests import factories
from tests.desk.test_start_page import waiting

FRAUD = "Предоплата на карту, пишите в WhatsApp +7 701 000 00 00, https://t.me/fake"


def measured(**fields) -> Casting:
    casting = factories.casting(**fields)
    screening.measure(casting)
    casting.save(update_fields=["risk_score", "risk_reasons", "text_bands"])
    return casting


def test_the_queue_shows_the_riskiest_first_and_why(moderator):
    calm = measured(title="Лукбук")
    fraud = measured(title="Дубай", description=FRAUD)
    wanted = measured(title="Ждёт", moderation="waiting")
    measured(title="Одобрен", moderation="approved")
    measured(title="Черновик", status="draft")

    queues = waiting(moderator)
    page = moderator.get(f"/admin/{queues['castings'].queue.address}")

    assert (queues["castings"].count, queues["waiting"].count) == (3, 1)
    assert page.context["cl"].result_list[0].pk == fraud.pk
    assert {row.pk for row in page.context["cl"].result_list} == {calm.pk, fraud.pk, wanted.pk}
    assert f">{fraud.risk_score}</span>" in page.content.decode()
    assert page.content.decode().count('class="reason"') >= len(fraud.risk_reasons)
    only = moderator.get(f"/admin/{queues['waiting'].queue.address}").context["cl"].result_list
    assert [row.pk for row in only] == [wanted.pk]


def test_a_casting_that_waits_is_refused_with_its_reason(moderator):
    casting = measured(moderation="waiting")

    moderator.post(f"/admin/castings/casting/{casting.pk}/decide/refuse/", {"reason": "No address"})

    casting.refresh_from_db()
    assert casting.moderation == "refused"


def test_words_changed_by_staff_are_judged_anew(root):
    casting = measured(moderation="approved")
    page = root.get(f"/admin/castings/casting/{casting.pk}/change/")
    form = {name: "" if value is None else value for name, value in page.context["adminform"].form.initial.items()}
    form |= {"shoot_date_0": f"{casting.shoot_date:%Y-%m-%d}", "shoot_date_1": f"{casting.shoot_date:%H:%M:%S}"}

    answer = root.post(f"/admin/castings/casting/{casting.pk}/change/", {**form, "description": FRAUD})

    before = casting.risk_score
    casting.refresh_from_db()
    assert (answer.status_code, casting.description, casting.moderation) == (302, FRAUD, "none")
    assert casting.risk_score > before
