"""Every change list and every row's page: the same number of queries whatever the length, and no UUID for a title."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin.audit import ActionFilter
from mwork.admin.paging import MOST
from mwork.admin.rows import CarefulAdmin
from notifications import moderation_receivers
from tests.desk.rows import MAKE

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
EVERY = sorted(admin.site._registry, key=lambda model: model._meta.label)
each_table = pytest.mark.parametrize("model", EVERY, ids=lambda model: model._meta.label_lower)


def list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_every_table_has_a_row_to_test_it_with():
    assert set(EVERY) - set(MAKE) == set()


@each_table
def test_a_list_costs_the_same_with_3_and_12_rows(root, model):
    costs = []
    for more in (3, 9):
        for _ in range(more):
            MAKE[model]()
        root.get(list_of(model))
        with CaptureQueriesContext(connection) as queries:
            page = root.get(list_of(model))
        assert page.status_code == 200
        assert page.context["cl"].result_count >= 3 + (more == 9) * 9
        costs.append(len(queries))

    assert costs[0] == costs[1], [query["sql"] for query in queries]


@each_table
def test_a_list_is_searched_at_the_same_cost(root, model):
    if not admin.site._registry[model].search_fields:
        return
    costs = []
    for more in (3, 9):
        for _ in range(more):
            MAKE[model]()
        with CaptureQueriesContext(connection) as queries:
            assert root.get(list_of(model), {"q": "a"}).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


@each_table
def test_a_row_opens_and_is_called_something_people_can_read(root, model):
    row = MAKE[model]()

    page = root.get(page_of(row))

    assert page.status_code == 200
    assert not UUID.search(str(row))
    heading = re.findall(r"<(h1|h2)[^>]*>(.*?)</\1>", page.content.decode(), re.DOTALL)
    assert [text for _, text in heading if UUID.search(text)] == []
    assert root.get(page_of(row).replace("/change/", "/history/")).status_code == 200


@each_table
def test_filters_of_a_list_work(root, model):
    MAKE[model]()
    page = root.get(list_of(model))
    links = re.findall(r'<a href="(\?[^"]+)"', page.content.decode())

    assert {root.get(f"{list_of(model)}{link.replace('&amp;', '&')}").status_code for link in links} <= {200}


def test_a_null_byte_in_a_filter_is_a_bad_request(root):
    addresses = ["/admin/accounts/user/?role__exact=%00", "/admin/accounts/auditentry/?action=ban&action=%00"]

    assert [root.get(address).status_code for address in addresses] == [400, 400]


def test_the_audit_log_is_filtered_by_every_decision_that_is_told():
    told = {action for _target, action in moderation_receivers.KINDS}

    assert told - set(ActionFilter.ACTIONS) == set()


@each_table
def test_a_big_table_is_never_counted_whole(model):
    page = admin.site._registry[model]

    assert isinstance(page, CarefulAdmin)
    assert (page.show_full_result_count, page.show_facets.name) == (False, "NEVER")
    assert page.get_ordering(None) or model._meta.ordering or model._meta.pk.get_internal_type() != "UUIDField"
    assert page.date_hierarchy is None
    assert MOST == 10_000


@each_table
def test_a_row_that_is_not_there_is_told(root, model):
    address = list_of(model)
    for key in ("nonsense", "0190a5d0-0000-7000-8000-000000000000", "1%00"):
        assert root.get(f"{address}{key}/change/").status_code in (302, 404), key
