"""Who of staff may open and do what: every address of the admin with every group, against the table that follows.

A new table, decision or page of the admin is a new line here; a forgotten check is a red one.
"""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import Role
from mwork import groups
from tests import factories
from tests.desk.conftest import member
from tests.desk.rows import MAKE

# What each group may do with each table: view its list, rows and history; change, add; then its decisions.
# moderators | support | finance | admins
TABLE = {
    "accounts.auditentry": "view | | | view",
    "accounts.block": "| view | | view",
    "accounts.report": "view resolve dismiss | | | view resolve dismiss",
    "accounts.session": "| view | | view",
    "accounts.user": "view ban unban | view change end-sessions | | view change add ban unban end-sessions",
    "auth.group": "| | | view",
    "billing.boughtresponses": "| view | view | view",
    "billing.payment": "| view | view refund settle_by_hand | view refund settle_by_hand",
    "billing.paymentevent": "| | view | view",
    "billing.plan": "| view | view | view change",
    "billing.promotionoffer": "| | view | view change add",
    "billing.responsepackage": "| | view | view change add",
    "billing.subscription": "| view grant | view | view grant",
    "castings.casting": "view approve refuse hide spam restore | view | | view change approve refuse hide spam restore",
    "castings.invitation": "| view | | view",
    "castings.response": "view | view | | view",
    "castings.review": "view hide show | | | view hide show",
    "castings.savedsearch": "| view | | view",
    "chat.attachment": "| | | view",
    "chat.message": "| | | view",
    "chat.room": "| | | view",
    "notifications.announcement": "| | | view",
    "notifications.delivery": "| view try_again | | view try_again",
    "notifications.device": "| view | | view",
    "notifications.notification": "| view | | view",
    "notifications.preferences": "| view | | view",
    "otp_totp.totpdevice": "| | | view reset",
    "profiles.employerprofile": "view verify unverify | view | | view change add verify unverify",
    "profiles.invitation": "| view | | view",
    "profiles.modelprofile": "view | view | | view change add",
    "profiles.photo": "view hide show | | | view hide show",
    "profiles.representation": "view | view | | view",
}
# Pages of no table: of whom they are open to; everybody of staff may open the others.
PAGES = {
    "index": "nobody moderators support finance admins",
    "figures": "support finance admins",
    "revenue": "finance admins",
    "letters": "support admins",
    "letter": "support admins",
    "jsi18n": "nobody moderators support finance admins",
    "password_change": "nobody moderators support finance admins",
    "password_change_done": "nobody moderators support finance admins",
    "autocomplete": "moderators support admins",  # of people
}
ARGUMENTS = {"letter": ["verify_email", "ru"]}
QUERY = {"autocomplete": "?app_label=profiles&model_name=modelprofile&field_name=user&term=a"}
NO_PAGE = {"login", "logout", "view_on_site", "app_list", "auth_user_password_change"}  # see the tests below
GROUPS = ["moderators", "support", "finance", "admins"]
WHO = ["stranger", "nobody", *GROUPS]  # a model who is signed in; staff of no group; each group
KINDS = ("changelist", "add", "history", "delete", "change", "decide")


def rights(label: str, who: str) -> set[str]:
    if who not in GROUPS:
        return set()
    return set(TABLE[label].split("|")[GROUPS.index(who)].split())


def names(patterns=None) -> set[str]:
    """The name of every address there is."""
    found = set()
    for pattern in admin.site.get_urls() if patterns is None else patterns:
        found |= names(pattern.url_patterns) if hasattr(pattern, "url_patterns") else {pattern.name}
    return found - {None}  # the addresses of old that lead to the rows' pages, and whatever is unknown


@pytest.fixture
def visitor(request, client, db):
    if request.param == "stranger":
        client.person = factories.user(role=Role.MODEL)
    else:
        client.person = member(*({request.param} & set(GROUPS)))
    client.force_login(client.person)
    client.who = request.param
    return client


every_visitor = pytest.mark.parametrize("visitor", WHO, indirect=True)


def test_the_tables_here_name_every_address():
    prefixes = {label.replace(".", "_") for label in TABLE}
    of_tables = {f"{prefix}_{kind}" for prefix in prefixes for kind in KINDS}

    assert names() == of_tables | set(PAGES) | NO_PAGE
    assert {model._meta.label_lower for model in admin.site._registry} == set(TABLE)


def test_the_table_here_names_every_decision():
    for model, page in admin.site._registry.items():
        named = rights(model._meta.label_lower, "admins") - {"view", "change", "add"}
        own = [each for each in page.actions or [] if isinstance(each, str)]
        assert named == {each.name for each in page.decisions} | set(own), model


@every_visitor
def test_every_address_of_every_table(visitor):
    wrong = []
    for model, page in admin.site._registry.items():
        may, row = rights(model._meta.label_lower, visitor.who), MAKE[model]()
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        lists, own = reverse(f"{place}_changelist"), reverse(f"{place}_change", args=[row.pk])
        expected = {
            ("get", lists): "view" in may,
            ("get", own): "view" in may,
            ("get", own.replace("/change/", "/history/")): "view" in may,
            ("get", reverse(f"{place}_add")): "add" in may,
            ("get", own.replace("/change/", "/delete/")): False,
            ("post", own.replace("/change/", "/delete/")): False,
            ("post", reverse(f"{place}_add")): "add" in may,
            ("post", own): "change" in may,
        }
        for each in page.decisions:
            address = own.replace("/change/", f"/decide/{each.name}/")
            expected |= {(method, address): each.name in may for method in ("get", "post")}
        for (method, address), allowed in expected.items():
            status = getattr(visitor, method)(address).status_code
            if status != answer(visitor, allowed):
                wrong.append((method, address, status, allowed))
    assert wrong == []


@every_visitor
def test_every_action_of_every_list(visitor):
    """The page that asks for the reason for whom it is meant; nothing at all happens for others."""
    wrong = []
    for model, page in admin.site._registry.items():
        label = model._meta.label_lower
        may, row = rights(label, visitor.who), MAKE[model]()
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        before = model._default_manager.values().get(pk=row.pk)
        for action in rights(label, "admins") - {"view", "change", "add"}:
            allowed = action in may and "view" in may
            status = visitor.post(address, {"action": action, "_selected_action": str(row.pk)}).status_code
            asks = action in {each.name for each in page.decisions}
            if allowed:
                fine = status == (200 if asks else 302)
            else:  # an action that is not offered is none: Django says so on the list
                fine = status in {answer(visitor, False)} | ({302, 200} if "view" in may and not asks else set())
            if not fine:
                wrong.append((address, action, status))
        assert model._default_manager.values().get(pk=row.pk) == before
    assert wrong == []


@every_visitor
def test_every_page_of_no_table(visitor):
    wrong = []
    for name, groups_of_page in PAGES.items():
        address = reverse(f"admin:{name}", args=ARGUMENTS.get(name, []))
        status = visitor.get(f"{address}{QUERY.get(name, '')}").status_code
        if status != answer(visitor, visitor.who in groups_of_page.split()):
            wrong.append((name, status))
    assert wrong == []


def answer(visitor, allowed: bool) -> int:
    if visitor.who == "stranger":
        return 302  # to the sign-in
    return 200 if allowed else 403


@every_visitor
def test_nobody_sets_another_persons_password_here(visitor):
    address = reverse("admin:auth_user_password_change", args=[factories.user().pk])

    assert visitor.get(address).status_code == answer(visitor, False)


@every_visitor
def test_an_app_is_listed_for_those_who_may_see_something_of_it(visitor):
    for label in {model._meta.app_label for model in admin.site._registry}:
        sees = any(rights(each, visitor.who) for each in TABLE if each.startswith(f"{label}."))
        expected = 302 if visitor.who == "stranger" else 200 if sees else 404
        assert visitor.get(reverse("admin:app_list", args=[label])).status_code == expected, label


def test_staff_of_no_group_see_an_empty_start_page(client, db):
    client.force_login(member())
    page = client.get("/admin/")

    assert (page.context["app_list"], page.context["queues"], page.context["has_figures"]) == ([], [], False)


def test_each_right_of_the_groups_is_one_that_there_is(db):
    known = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    wanted = {right for table in groups.RIGHTS.values() if table for right in table.split()} | set(groups.FOR_ADMINS)

    assert wanted - known == set()
    assert set(Group.objects.values_list("name", flat=True)) >= set(groups.RIGHTS)


@pytest.mark.parametrize(("who", "target", "expected"), [
    ("support", "model", 200), ("support", "staff", 403), ("support", "superuser", 403),
    ("admins", "model", 200), ("admins", "staff", 200), ("admins", "superuser", 403),
])  # fmt: skip
def test_staff_are_changed_by_admins_and_superusers_by_superusers(client, db, who, target, expected):
    person = {
        "model": factories.user,
        "staff": factories.staff,
        "superuser": lambda: factories.staff(is_superuser=True),
    }[target]()
    client.force_login(member(who))

    assert client.post(f"/admin/accounts/user/{person.pk}/change/", {}).status_code == expected


def test_support_makes_nobody_staff_and_takes_no_address_over(client, db):
    person = factories.user(email="old@example.kz")
    client.force_login(member("support"))
    form = {"email": "thief@example.kz", "role": "admin", "is_superuser": "on", "language": "kk"}
    form |= {"groups": [str(group.pk) for group in Group.objects.all()]}

    assert client.post(f"/admin/accounts/user/{person.pk}/change/", form).status_code == 302

    person.refresh_from_db()
    assert (person.language, person.email, person.role, person.is_superuser) == ("kk", "old@example.kz", "model", False)
    assert not person.groups.exists()


def test_admins_make_staff_but_no_superusers(client, db):
    person = factories.staff(email="new@example.kz")
    client.force_login(member("admins"))
    group = Group.objects.get(name="support")
    form = {"email": person.email, "role": "admin", "language": "ru", "is_superuser": "on", "groups": [str(group.pk)]}

    assert client.post(f"/admin/accounts/user/{person.pk}/change/", form).status_code == 302

    person.refresh_from_db()
    assert (list(person.groups.all()), person.is_superuser) == ([group], False)
