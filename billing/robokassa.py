"""Robokassa's protocol, pure: texts and numbers in, texts and numbers out; no ORM, no network.

Sources: docs.robokassa.kz (pay interface, notifications, XML interfaces, recurring). A client of our own, as the
packages for it are unmaintained, leave Shp values unescaped, or count money in floats and sign sums that were parsed
and printed anew instead of those that were received.

Every signature is SHA-256 over parts joined by colons, then `Name=Value` of each Shp parameter sorted by name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_INV_ID = 2**63 - 1
SHP = "shp_"
SUM = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
NUMBER = re.compile(r"\d{1,19}", re.ASCII)

BEGUN, CANCELLED, REFUSED, DONE = 5, 10, 60, 100  # state codes of OpStateExt; others say that it is under way
FOUND, NOT_FOUND = 0, 3  # result codes of OpStateExt


class Malformed(ValueError):
    """What came is not of the protocol's form; the text says what is wrong with it."""


@dataclass(frozen=True)
class Merchant:
    """A shop as the provider knows it. In test mode the passwords are the test pair."""

    login: str
    password_1: str = field(repr=False)
    password_2: str = field(repr=False)
    is_test: bool
    pay_url: str  # of the pay page
    service_url: str  # above which /Merchant/Recurring and OpStateExt lie


@dataclass(frozen=True)
class Notice:
    """A payment announced to the result address. The texts are as received: the signature is over them."""

    inv_id: int
    out_sum: str
    signature: str
    shp: tuple[tuple[str, str], ...]

    @property
    def amount(self) -> Decimal:
        """The sum in tenge."""
        return Decimal(self.out_sum)


@dataclass(frozen=True)
class State:
    """What OpStateExt knows of an order. `code` and `amount` are None when it knows nothing."""

    result: int
    code: int | None = None
    amount: Decimal | None = None

    @property
    def is_done(self) -> bool:
        return self.result == FOUND and self.code == DONE

    @property
    def is_declined(self) -> bool:
        return self.result == FOUND and self.code in (CANCELLED, REFUSED)

    @property
    def is_unknown(self) -> bool:
        """The buyer never confirmed an order of this number, which is not yet a failure."""
        return self.result == NOT_FOUND


def payment_link(
    merchant: Merchant,
    *,
    inv_id: int,
    amount: int,
    description: str,
    language: str = "ru",
    recurring: bool = False,
    shp: Mapping[str, str] | None = None,
) -> str:
    """The address of the pay page for this order. `amount` is whole tenge; the description is cut at 100 characters."""
    shp = dict(shp or {})
    signed = [merchant.login, out_sum(amount), inv_id, merchant.password_1]
    query = {
        "MerchantLogin": merchant.login,
        "OutSum": out_sum(amount),
        "InvId": inv_id,
        "Description": description[:100],
        "SignatureValue": sign(signed, shp.items()),
        "Culture": "en" if language == "en" else "ru",
        "Encoding": "utf-8",
    }
    if recurring:
        query["Recurring"] = "true"
    if merchant.is_test:
        query["IsTest"] = "1"
    return f"{merchant.pay_url}?{urlencode({**query, **shp})}"


def parse_notice(fields: Mapping[str, list[str]]) -> Notice:
    """The notice that these form or query fields hold. Malformed when one is missing, doubled or not of its kind."""
    values = {}
    for name, given in fields.items():
        if len(given) != 1:
            raise Malformed(f"{name} is given {len(given)} times")
        values[name] = given[0]
    for name in ("OutSum", "InvId", "SignatureValue"):
        if not values.get(name):
            raise Malformed(f"{name} is missing")
    if not SUM.fullmatch(values["OutSum"]):
        raise Malformed("OutSum is not a sum")
    if not NUMBER.fullmatch(values["InvId"]) or not 0 < int(values["InvId"]) <= MOST_INV_ID:
        raise Malformed("InvId is not an order's number")
    shp = tuple((name, value) for name, value in values.items() if name.lower().startswith(SHP))
    return Notice(int(values["InvId"]), values["OutSum"], values["SignatureValue"], shp)


def is_genuine(merchant: Merchant, notice: Notice) -> bool:
    """Did the provider sign this notice? Over the received strings, with password 2, hex digits of any case."""
    expected = sign([notice.out_sum, notice.inv_id, merchant.password_2], notice.shp)
    return _same(notice.signature, expected)


def sign_result(merchant: Merchant, *, inv_id: int, out_sum: str, shp: Iterable[tuple[str, str]] = ()) -> str:
    """The signature of a notice, as the provider makes it."""
    return sign([out_sum, inv_id, merchant.password_2], shp).upper()


def link_is_genuine(merchant: Merchant, query: Mapping[str, str]) -> bool:
    """Did we sign this pay page's query? What the provider asks before it shows the page."""
    shp = [(name, value) for name, value in query.items() if name.lower().startswith(SHP)]
    parts = [query.get("MerchantLogin", ""), query.get("OutSum", ""), query.get("InvId", ""), merchant.password_1]
    return _same(query.get("SignatureValue", ""), sign(parts, shp))


def acknowledgement(inv_id: int) -> str:
    """What the provider wants to hear of a notice, and we of an accepted charge."""
    return f"OK{inv_id}"


def recurring_form(
    merchant: Merchant, *, inv_id: int, previous_inv_id: int, amount: int, description: str, shp: Mapping[str, str]
) -> dict[str, str]:
    """The form of a charge without the buyer, on the card of an earlier order, whose number is not signed."""
    signed = [merchant.login, out_sum(amount), inv_id, merchant.password_1]
    return {
        "MerchantLogin": merchant.login,
        "InvoiceID": str(inv_id),
        "PreviousInvoiceID": str(previous_inv_id),
        "OutSum": out_sum(amount),
        "Description": description[:100],
        "SignatureValue": sign(signed, shp.items()),
        **shp,
    }


def is_accepted(answer: str, inv_id: int) -> bool:
    """Was the charge accepted? That is not yet paid: a notice or OpStateExt tells of that."""
    return answer.strip() == acknowledgement(inv_id)


def state_query(merchant: Merchant, inv_id: int) -> dict[str, str]:
    """The query of OpStateExt for this order."""
    signature = sign([merchant.login, inv_id, merchant.password_2])
    return {"MerchantLogin": merchant.login, "InvoiceID": str(inv_id), "Signature": signature}


def parse_state(xml: bytes) -> State:
    """The answer of OpStateExt. Malformed when it is none."""
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed("the answer is not XML") from error
    result, code = _number(root, "Result/Code"), _number(root, "State/Code")
    if result is None:
        raise Malformed("the answer has no result code")
    return State(result, code, _decimal(root, "Info/OutSum"))


def out_sum(amount: int) -> str:
    """Whole tenge as the provider writes sums: 5000 is 5000.00."""
    return f"{amount}.00"


def sign(parts: Iterable[object], shp: Iterable[tuple[str, str]] = ()) -> str:
    """The signature over these parts, in lower-case hex."""
    named = [f"{name}={value}" for name, value in sorted(shp, key=lambda pair: (pair[0].lower(), pair[0]))]
    return sha256(":".join([*map(str, parts), *named]).encode()).hexdigest()


def _same(given: str, expected: str) -> bool:
    return compare_digest(given.lower().encode("utf-8", "replace"), expected.encode())


def _text(root, path: str) -> str:
    """The text at this path of local names, whatever their namespace; empty when there is none."""
    found = root.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def _number(root, path: str) -> int | None:
    text = _text(root, path)
    return int(text) if NUMBER.fullmatch(text) else None


def _decimal(root, path: str) -> Decimal | None:
    try:
        text = _text(root, path).replace(",", ".")
        return Decimal(text) if SUM.fullmatch(text) else None
    except InvalidOperation:
        return None
