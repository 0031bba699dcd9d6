"""Robokassa for a machine without a merchant (`DEBUG` only): a pay page, and the two calls that renewals need.

It plays the provider's side of the protocol over HTTP: it knows an order only from its signed link, and pays it by
sending the signed notice to the result address. What it remembers lies in the cache for a day.
"""

from urllib.parse import urlencode

import requests
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import robokassa
from billing.gateway import merchant

REMEMBERED = 24 * 3600  # seconds
STATE = """<?xml version="1.0" encoding="utf-8"?>
<OperationStateResponse xmlns="http://merchant.roboxchange.com/WebService/">
<Result><Code>{result}</Code></Result>{state}
</OperationStateResponse>"""
OPERATION = "<State><Code>{code}</Code></State><Info><OutSum>{out_sum}</OutSum></Info>"


@csrf_exempt  # the provider's own page, which no session of ours stands behind
@require_http_methods(["GET", "POST"])
def pay_page(request: HttpRequest) -> HttpResponse:
    """Show the order with Pay and Decline; on either, do it and send the browser back."""
    order = request.GET.dict()
    if not robokassa.link_is_genuine(merchant(), order):
        return HttpResponseBadRequest("29: SignatureValue")
    with translation.override("en" if order.get("Culture") == "en" else "ru"):
        if request.method == "GET":
            return render(request, "pages/sandbox_pay.html", {"order": order, "is_paid": _remembered(order["InvId"])})
    back = urlencode({"InvId": order["InvId"], "OutSum": order["OutSum"]})
    if "decline" in request.POST:
        return HttpResponseRedirect(f"/api/v1/payments/robokassa/fail?{back}")
    if not _pay(request, order["InvId"], order["OutSum"], _shp(order)):
        return render(request, "pages/sandbox_pay.html", {"order": order, "failed": True}, status=502)
    return HttpResponseRedirect(f"/api/v1/payments/robokassa/success?{back}")


@csrf_exempt
@require_POST
def recurring(request: HttpRequest) -> HttpResponse:
    """Charge the card of an order that was paid here."""
    form = request.POST.dict()
    order = {**form, "InvId": form.get("InvoiceID", "")}
    if not robokassa.link_is_genuine(merchant(), order):
        return HttpResponse("ERROR 29: SignatureValue")
    if not _remembered(form.get("PreviousInvoiceID", "")):
        return HttpResponse("ERROR 35: PreviousInvoiceID")
    _pay(request, order["InvId"], order["OutSum"], _shp(order))
    return HttpResponse(robokassa.acknowledgement(int(order["InvId"])))


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """OpStateExt: done for what was paid here, unknown for all else."""
    query = request.GET.dict()
    paid = _remembered(query.get("InvoiceID", ""))
    expected = robokassa.state_query(merchant(), query.get("InvoiceID", ""))
    if query != expected:
        body = STATE.format(result=1, state="")
    elif paid:
        operation = OPERATION.format(code=robokassa.DONE, out_sum=paid)
        body = STATE.format(result=robokassa.FOUND, state=operation)
    else:
        body = STATE.format(result=robokassa.NOT_FOUND, state="")
    return HttpResponse(body, content_type="text/xml; charset=utf-8")


def _pay(request: HttpRequest, inv_id: str, out_sum: str, shp: dict[str, str]) -> bool:
    """Remember the order as paid and announce it; True when the result address said OK."""
    cache.set(f"sandbox:{inv_id}", out_sum, REMEMBERED)
    received = f"{out_sum}0000"  # the provider writes six places
    signature = robokassa.sign_result(merchant(), inv_id=int(inv_id), out_sum=received, shp=shp.items())
    notice = {"OutSum": received, "InvId": inv_id, "SignatureValue": signature, **shp}
    try:
        answer = requests.post(request.build_absolute_uri("/webhooks/robokassa/result"), notice, timeout=20)
    except requests.RequestException:
        return False
    return answer.text == robokassa.acknowledgement(int(inv_id))


def _remembered(inv_id: str) -> str | None:
    """The sum that was paid here for this order; None when none was."""
    return cache.get(f"sandbox:{inv_id[:20]}")


def _shp(order: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in order.items() if name.lower().startswith(robokassa.SHP)}


urlpatterns = [
    path("Merchant/Index.aspx", pay_page),
    path("Merchant/Recurring", recurring),
    path("Merchant/WebService/Service.asmx/OpStateExt", state),
]
