"""The provider's side as a real HTTP server: pay page, notices that double and dawdle, OpStateExt, recurring charges.

It computes its signatures itself, from the protocol, and not with the code that it is there to test.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

LOGIN, PASSWORD_1, PASSWORD_2 = "demo", "p1-for-tests", "p2-for-tests"
TEST_PASSWORDS = ("test-p1", "test-p2")
ANSWER = """<?xml version="1.0" encoding="utf-8"?>
<OperationStateResponse xmlns="http://merchant.roboxchange.com/WebService/"><Result><Code>{result}</Code></Result>
<State><Code>{state}</Code><RequestDate>2026-11-25T09:00:00.1234567+05:00</RequestDate></State>
<Info><IncCurrLabel>BankCard</IncCurrLabel><OutSum>{out_sum}</OutSum></Info></OperationStateResponse>"""
EMPTY = '<OperationStateResponse xmlns="http://merchant.roboxchange.com/WebService/"><Result><Code>{}</Code></Result></OperationStateResponse>'


def signature(*parts: object, shp: dict[str, str] | None = None) -> str:
    named = [f"{name}={value}" for name, value in sorted((shp or {}).items())]
    return sha256(":".join([*map(str, parts), *named]).encode()).hexdigest()


def notice(
    inv_id: int, out_sum: str, shp: dict[str, str] | None = None, *, password: str = PASSWORD_2
) -> dict[str, str]:
    """The fields of a genuine notice, as the provider sends them."""
    shp = shp or {}
    return {
        "OutSum": out_sum,
        "InvId": str(inv_id),
        "Fee": "0.00",
        "PaymentMethod": "BankCard",
        "SignatureValue": signature(out_sum, inv_id, password, shp=shp).upper(),
        **shp,
    }


@dataclass
class Operation:
    """What the provider knows of one order. `state` is OpStateExt's code."""

    out_sum: str
    shp: dict[str, str]
    state: int = 5
    may_charge: bool = False  # its link asked for Recurring
    previous: int | None = None  # of a charge: whose card


@dataclass
class Robokassa:
    """`operations` by order number; charges take `answers` in turn: OK, ERROR, SILENT (accepts, then nothing)."""

    address: str = ""
    operations: dict[int, Operation] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    charges: list[dict[str, str]] = field(default_factory=list)
    is_down: bool = False
    is_cut_off: bool = False  # answers half of what it promised
    asked: int = 0
    lock: Lock = field(default_factory=Lock)

    def settings(self, **changed) -> dict:
        """What settings.ROBOKASSA is with this provider."""
        merchant = {
            "login": LOGIN, "password_1": PASSWORD_1, "password_2": PASSWORD_2, "is_test": False,
            "pay_url": f"{self.address}/Merchant/Index.aspx", "service_url": self.address,
        }  # fmt: skip
        return {"merchant": merchant, "recurring": True, "sandbox": False, **changed}

    def open(self, link: str) -> int:
        """The buyer opens the pay page and confirms details: the operation exists from now on. Its number."""
        query = dict(parse_qsl(urlsplit(link).query))
        shp = {name: value for name, value in query.items() if name.startswith("Shp_")}
        expected = signature(query["MerchantLogin"], query["OutSum"], query["InvId"], PASSWORD_1, shp=shp)
        assert query["SignatureValue"] == expected, "29: SignatureValue"
        operation = Operation(query["OutSum"], shp, may_charge=query.get("Recurring") == "true")
        self.operations[int(query["InvId"])] = operation
        return int(query["InvId"])

    def pay(self, link: str) -> dict[str, str]:
        """The buyer pays; the notice that will be sent, whenever that may be."""
        inv_id = self.open(link)
        return self.finish(inv_id)

    def finish(self, inv_id: int) -> dict[str, str]:
        """An operation succeeds; its notice."""
        operation = self.operations[inv_id]
        operation.state = 100
        return notice(inv_id, f"{operation.out_sum}0000", operation.shp)

    def charge(self, form: dict[str, str]) -> str:
        """/Merchant/Recurring: accepted is not paid."""
        with self.lock:
            self.charges.append(form)
            inv_id, previous = int(form["InvoiceID"]), int(form["PreviousInvoiceID"])
            shp = {name: value for name, value in form.items() if name.startswith("Shp_")}
            if form["SignatureValue"] != signature(LOGIN, form["OutSum"], inv_id, PASSWORD_1, shp=shp):
                return "ERROR 29"
            mother = self.operations.get(previous)
            if mother is None or not mother.may_charge or mother.state != 100:
                return "ERROR 35"
            answer = self.answers.pop(0) if self.answers else "OK"
            if answer == "ERROR":
                return "ERROR 34"
            if answer != "SILENT":
                self.operations[inv_id] = Operation(form["OutSum"], shp, previous=previous)
            return f"OK{inv_id}"

    def state(self, query: dict[str, str]) -> str:
        """OpStateExt."""
        self.asked += 1
        inv_id = int(query["InvoiceID"])
        if query["Signature"] != signature(LOGIN, inv_id, PASSWORD_2):
            return EMPTY.format(1)
        operation = self.operations.get(inv_id)
        if operation is None:
            return EMPTY.format(3)
        return ANSWER.format(result=0, state=operation.state, out_sum=f"{operation.out_sum}0000".replace(".", ","))


@contextmanager
def server():
    """The provider, serving until the end of the block."""
    robokassa = Robokassa()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(robokassa))
    robokassa.address = f"http://127.0.0.1:{http.server_port}"
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield robokassa
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler(robokassa: Robokassa) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self._answer({"/Merchant/Recurring": robokassa.charge}, form)

        def do_GET(self):
            query = dict(parse_qsl(urlsplit(self.path).query))
            self._answer({"/Merchant/WebService/Service.asmx/OpStateExt": robokassa.state}, query)

        def _answer(self, acts: dict[str, Callable[[dict], str]], fields: dict[str, str]):
            act = acts.get(urlsplit(self.path).path)
            status = 503 if robokassa.is_down else 200 if act else 404
            body = act(fields).encode() if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) + (1000 if robokassa.is_cut_off else 0)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def form(fields: dict[str, str]) -> str:
    return urlencode(fields)
