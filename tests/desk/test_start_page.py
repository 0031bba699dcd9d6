"""The start page: what waits and since when, the charts' figures, the search for people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Report
from billing.models import Plan
from mwork import clock
from tests import factories
from tests.desk.conftest import member


def waiting(client) -> dict:
    page = client.get("/admin/")
    return {each.queue.name: each for each in page.context["queues"]}


def test_queues_tell_how_many_and_since_when(moderator):
    old = timezone.now() - timedelta(hours=30)
    first = factories.report()
    Report.objects.filter(pk=first.pk).update(created_at=old)
    factories.report()
    factories.photo(profile=factories.model())

    found = waiting(moderator)

    assert (found["reports"].count, found["reports"].oldest, found["reports"].is_late) == (2, old, True)
    assert (found["photos"].count, found["photos"].is_late) == (1, False)
    assert found["employers"].count == 2  # those of the reported castings
    assert "payments" not in found
    assert all(moderator.get(f"/admin/{each.queue.address}").status_code == 200 for each in found.values())


def test_an_empty_queue_says_so(root):
    assert {name: (each.count, each.oldest) for name, each in waiting(root).items()} == dict.fromkeys(
        ("reports", "waiting", "castings", "employers", "photos", "payments"), (0, None)
    )


def test_a_queues_list_holds_what_it_counts(root):
    factories.report()
    payment = factories.payment(user=factories.user(), status="paid", paid_at=timezone.now(), needs_review=True)
    factories.payment(user=factories.user())

    for each in waiting(root).values():
        assert root.get(f"/admin/{each.queue.address}").context["cl"].result_count == each.count
    assert waiting(root)["payments"].oldest == payment.paid_at


def test_the_start_page_costs_the_same_however_much_waits(root):
    costs = []
    for more in (1, 20):
        for _ in range(more):
            factories.report()
            factories.photo(profile=factories.model())
        root.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            root.get("/admin/")
        costs.append(len(queries))

    assert costs[0] == costs[1]


def charts(client, **query) -> dict:
    answer = client.get("/admin/figures/", query)
    assert answer.status_code == 200, answer.content
    return {chart["name"]: chart for chart in answer.json()["charts"]}


def test_figures_count_by_days_of_almaty_and_months(root):
    factories.response()
    buyer = factories.user()
    pro = Plan.objects.get(name="PRO")
    plan = {"product": "subscription", "plan": pro, "billing_period": "monthly", "responses": None}
    factories.payment(user=buyer, status="paid", paid_at=timezone.now(), amount=5000, **plan)
    factories.payment(user=buyer, status="paid", paid_at=timezone.now(), amount=990)

    found = charts(root, days="7")

    today = clock.today().isoformat()
    last = {name: [series["values"][-1] for series in chart["series"]] for name, chart in found.items()}
    assert all(chart["periods"][-1] == today for chart in found.values() if chart["step"] == "day")
    assert {len(chart["periods"]) for chart in found.values()} == {7, 12}
    assert last == {
        "people": [3],
        "castings": [1, 1],
        "subscriptions": [1],
        "conversion": [33.3],
        "revenue": [5000, 990],
    }
    assert found["revenue"]["series"][0]["label"] == "PRO"


def test_figures_cost_the_same_however_much_there_is(root):
    costs = []
    for more in (1, 10):
        for _ in range(more):
            factories.response()
            factories.payment(user=factories.user(), status="paid", paid_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            charts(root)
        costs.append(len(queries))

    assert costs[0] == costs[1]


@pytest.mark.parametrize("days", ["0", "366", "-1", "x", "", "٣", "1e9", "\x00"])
def test_a_wrong_number_of_days_is_refused(root, days):
    assert root.get("/admin/figures/", {"days": days}).status_code == 400


def test_each_sees_only_the_charts_meant_for_them(client, db):
    client.force_login(member("support"))
    assert set(charts(client)) == {"people", "castings", "subscriptions", "conversion"}
    client.force_login(member("finance"))
    assert "revenue" in charts(client)
    client.force_login(member("moderators"))
    assert client.get("/admin/figures/").status_code == 403


@pytest.mark.parametrize(
    "text",
    ["aigerim@", "нұрланова", "AIGERIM", "tengri", "дана", "+7 701 123-45-67", "87011234567", "1234567"],
)
def test_people_are_found_by_what_they_are_known_by(moderator, text):
    by_mail = factories.model(person=factories.user(email="aigerim@example.kz"))
    employer = factories.employer(person=factories.user(role="employer", email="boss@example.kz"))
    factories.model(name="Кто-то другой", person=factories.user(email="other@example.kz"))

    found = moderator.get("/admin/accounts/user/", {"q": text}).context["cl"].result_list

    expected = by_mail.user if text.lower() in ("aigerim@", "нұрланова", "aigerim") else employer.user
    assert [user.pk for user in found] == [expected.pk]


def test_a_person_is_found_by_id_and_shown_with_a_name(moderator):
    hidden = factories.model(name="Скрытая", visibility="hidden")

    page = moderator.get("/admin/accounts/user/", {"q": str(hidden.user.pk)})

    assert [(user.pk, user.called) for user in page.context["cl"].result_list] == [(hidden.user.pk, "Скрытая")]
    assert moderator.get("/admin/accounts/user/", {"q": "no-such-person"}).context["cl"].result_count == 0


def test_a_persons_rows_are_one_click_away(root):
    response = factories.response()
    employer = response.casting.employer.user
    factories.report(of=response.casting)

    page = root.get(f"/admin/accounts/user/{employer.pk}/change/")

    ((_, links),) = page.context["persons"]
    counts = {str(label): count for label, _, count in links}
    assert sum(counts.values()) == sum({"castings": 1, "reports": 1, "company": 1, "account": 1}.values())
    for _, address, count in links:
        opened = root.get(address)
        assert opened.status_code == 200
        if "cl" in opened.context:
            assert opened.context["cl"].result_count == count


def test_the_pages_let_nothing_come_from_elsewhere(root):
    policy = root.get("/admin/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy  # no inline script, no other host
    assert "http://localhost:8000" in policy  # pictures
    assert root.get("/admin/login/").status_code == 302
