"""The protocol: golden vectors, and properties over whatever may come."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import robokassa
from tests.fakes.robokassa import ANSWER, EMPTY

DEMO = robokassa.Merchant("demo", "p1", "p2", False, "https://pay.example/Index.aspx", "https://pay.example")
SHP = [("Shp_payment", "42"), ("Shp_user", "7")]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
SHPS = st.dictionaries(st.from_regex(r"Shp_[a-z]{1,8}", fullmatch=True), TEXT, max_size=4)
INV_IDS = st.integers(1, robokassa.MOST_INV_ID)
AMOUNTS = st.integers(2, 10**9)


@pytest.mark.parametrize(
    ("parts", "shp", "expected"),
    [
        (("demo", "5000.00", 154, "p1"), [], "84eb16f2c9b2c07b9bc8c23b2c6e457be97b0ec15090ecff48d8ac26e674ec02"),
        (("demo", "5000.00", 154, "p1"), SHP, "5d4b9774a4d3bbc0b5f96ec2bba782beb403db11dd2146dc9f28d86fd0a1f759"),
        (("5000.00", 154, "p2"), [], "dc31d02e17b27f905b1cbb179c73ee5140167e64a45dbf598a90357a9b445192"),
        (("5000.000000", 154, "p2"), SHP, "386c6a73def096d45b4a1145f1784903e92c3a9e4ab2521c8a0af2ed88df4a7d"),
        (("5000.00", 154, "p1"), [], "7e97bf1208a812330441e6df940e28a67501f96d74be02e450a5d21e0a90d798"),
        (("demo", 154, "p2"), [], "ab9b73cc3fab09e6322d097c902047f045effd47617160d96ea393d9d5641206"),
        (("demo", "5000.00", 155, "p1"), [], "6a2fb5e83196ee2e408527e80157142938f696268db3a7f1e518882e30cd98e5"),
    ],
)
def test_the_golden_vectors(parts, shp, expected):
    assert robokassa.sign(parts, shp) == expected
    assert robokassa.sign(parts, shp[::-1]) == expected


def test_the_link_bears_the_golden_signature():
    link = robokassa.payment_link(
        DEMO, inv_id=154, amount=5000, description="План PRO & ещё", recurring=True, shp=dict(SHP)
    )

    assert dict(parse_qsl(urlsplit(link).query)) == {
        "MerchantLogin": "demo", "OutSum": "5000.00", "InvId": "154", "Description": "План PRO & ещё",
        "SignatureValue": "5d4b9774a4d3bbc0b5f96ec2bba782beb403db11dd2146dc9f28d86fd0a1f759", "Culture": "ru",
        "Encoding": "utf-8", "Recurring": "true", "Shp_payment": "42", "Shp_user": "7",
    }  # fmt: skip


def test_the_charge_and_the_question_bear_the_golden_signatures():
    charge = robokassa.recurring_form(DEMO, inv_id=155, previous_inv_id=154, amount=5000, description="PRO", shp={})

    assert charge["SignatureValue"] == "6a2fb5e83196ee2e408527e80157142938f696268db3a7f1e518882e30cd98e5"
    assert charge["PreviousInvoiceID"] == "154"
    assert robokassa.state_query(DEMO, 154) == {
        "MerchantLogin": "demo",
        "InvoiceID": "154",
        "Signature": "ab9b73cc3fab09e6322d097c902047f045effd47617160d96ea393d9d5641206",
    }


@given(INV_IDS, AMOUNTS, TEXT, SHPS)
def test_whatever_we_link_the_provider_can_check(inv_id, amount, description, shp):
    link = robokassa.payment_link(DEMO, inv_id=inv_id, amount=amount, description=description, shp=shp)
    query = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))

    assert robokassa.link_is_genuine(DEMO, query)
    assert not robokassa.link_is_genuine(DEMO, {**query, "OutSum": "1.00"})


@given(INV_IDS, AMOUNTS, SHPS, st.sampled_from(["{}", "{}.0", "{}.00", "{}.000000"]), st.booleans())
def test_a_notice_is_genuine_over_the_received_strings_in_any_case(inv_id, amount, shp, form, lower):
    out_sum = form.format(amount)
    signature = robokassa.sign_result(DEMO, inv_id=inv_id, out_sum=out_sum, shp=shp.items())
    fields = {"OutSum": out_sum, "InvId": str(inv_id), "SignatureValue": signature, "Fee": "1.5", **shp}
    if lower:
        fields["SignatureValue"] = signature.lower()

    notice = robokassa.parse_notice({name: [value] for name, value in fields.items()})

    assert robokassa.is_genuine(DEMO, notice)
    assert (notice.inv_id, notice.amount, dict(notice.shp)) == (inv_id, Decimal(amount), shp)
    for forged in (
        replace(notice, out_sum=f"{out_sum}0" if "." in out_sum else f"{out_sum}.0"),
        replace(notice, inv_id=inv_id % 2**62 + 1),
        replace(notice, shp=(*notice.shp, ("Shp_more", "1"))),
        replace(notice, signature=notice.signature[:-1]),
    ):
        assert forged == notice or not robokassa.is_genuine(DEMO, forged)
    assert not robokassa.is_genuine(replace(DEMO, password_2="p1"), notice)


@given(st.dictionaries(st.sampled_from(["OutSum", "InvId", "SignatureValue", "Shp_a"]), st.lists(TEXT, max_size=3)))
def test_no_field_breaks_the_reader(fields):
    try:
        notice = robokassa.parse_notice(fields)
    except robokassa.Malformed:
        return
    assert notice.amount >= 0
    assert not robokassa.is_genuine(DEMO, notice)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"OutSum": []}, "OutSum is given 0 times"),
        ({"OutSum": ["1", "2"]}, "OutSum is given 2 times"),
        ({"OutSum": [""]}, "OutSum is missing"),
        ({"OutSum": ["1e3"]}, "OutSum is not a sum"),
        ({"OutSum": ["-1"]}, "OutSum is not a sum"),
        ({"OutSum": ["١"]}, "OutSum is not a sum"),
        ({"OutSum": ["NaN"]}, "OutSum is not a sum"),
        ({"InvId": ["0"]}, "InvId is not an order's number"),
        ({"InvId": ["1.5"]}, "InvId is not an order's number"),
        ({"InvId": [str(2**63)]}, "InvId is not an order's number"),
        ({"SignatureValue": [""]}, "SignatureValue is missing"),
    ],
)
def test_a_malformed_notice_is_told_what_is_wrong(changed, problem):
    whole = {"OutSum": ["5000.00"], "InvId": ["154"], "SignatureValue": ["ab"]}

    with pytest.raises(robokassa.Malformed, match=problem):
        robokassa.parse_notice({**whole, **changed})


@pytest.mark.parametrize(
    ("state", "is_done", "is_declined"),
    [
        (5, False, False),
        (10, False, True),
        (50, False, False),
        (60, False, True),
        (80, False, False),
        (100, True, False),
    ],
)
def test_the_state_of_an_order_is_read(state, is_done, is_declined):
    found = robokassa.parse_state(ANSWER.format(result=0, state=state, out_sum="5000,000000").encode())

    assert (found.result, found.code, found.amount) == (0, state, Decimal(5000))
    assert (found.is_done, found.is_declined, found.is_unknown) == (is_done, is_declined, False)


def test_an_order_that_is_not_found_is_unknown_and_not_declined():
    found = robokassa.parse_state(EMPTY.format(3).encode())

    assert (found.code, found.amount) == (None, None)
    assert (found.is_done, found.is_declined, found.is_unknown) == (False, False, True)


@pytest.mark.parametrize(
    "xml",
    [
        b"", b"ERROR", b"<html>", b"<a/>", b"\xff\xfe\x00",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a><Result><Code>&x;</Code></Result></a>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a><Result><Code>one</Code></Result></a>",
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(xml):
    with pytest.raises(robokassa.Malformed):
        robokassa.parse_state(xml)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_of_states(xml):
    with suppress(robokassa.Malformed):
        robokassa.parse_state(xml)


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [("OK154", True), (" OK154\n", True), ("OK155", False), ("ok154", False), ("ERROR 34", False)],
)
def test_a_charge_is_accepted_by_its_own_number_only(answer, accepted):
    assert robokassa.is_accepted(answer, 154) is accepted


def test_a_merchant_shows_its_passwords_to_no_log():
    assert [password in repr(DEMO) for password in ("p1", "p2")] == [False, False]
