"""A payment, with the provider's part done here: the signed notice that it sends when somebody has paid."""

import http.client
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

from mwork.cluster.people import TIMEOUT, Person, Unexpected
from mwork.cluster.processes import SHOP


def take_plan(person: Person) -> None:
    """Order the plan that allows everything, pay, and have it. Raises Unexpected."""
    wanted = {"product": "subscription", "plan_name": "BUSINESS", "billing_period": "monthly"}
    order = person.call("POST", "/payments/robokassa/init", wanted)
    shp = [pair for pair in parse_qsl(urlsplit(order["payment_url"]).query) if pair[0].startswith("Shp_")]
    total, number = f"{order['amount']}.000000", str(order["inv_id"])
    signed = [total, number, SHOP["ROBOKASSA_TEST_PASSWORD_2"], *(f"{name}={value}" for name, value in sorted(shp))]
    notice = {
        "OutSum": total,
        "InvId": number,
        "SignatureValue": sha256(":".join(signed).encode()).hexdigest().upper(),
        **dict(shp),
    }
    answer = _post(person.port, "/webhooks/robokassa/result", urlencode(notice))
    if answer != (200, f"OK{number}"):
        raise Unexpected(f"the notice was answered {answer}")
    plan = person.call("GET", "/subscriptions/current")["subscription"]["plan"]
    if plan != wanted["plan_name"]:
        raise Unexpected(f"the plan is {plan} after the payment")


def _post(port: int, path: str, form: str) -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        line.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()
