"""The pages of a staff sign-in: e-mail and password, then the code; the first time, enrolment instead of the code.

Between the two steps nobody is signed in: the session only says who has shown the password, for PENDING_FOR.
"""

import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from accounts import services
from accounts.models import User
from accounts.staff import known_devices, second_factor
from mwork.api import throttling
from mwork.api.errors import ApiError

PENDING = "desk_pending"
PENDING_FOR = 600  # seconds
BACKEND = "django.contrib.auth.backends.ModelBackend"


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


def too_many(request, *keys: str) -> HttpResponse | None:
    """Count an attempt by address and in these buckets, by the minute and by the hour; the refusal past a limit."""
    buckets = {"auth": [throttling.address_key(request), *keys], "staff": list(keys)}
    for rate, names in buckets.items():
        if settings.RATES.get(rate) is None or not names:
            continue
        standing = throttling.count(rate, names)
        if not standing.passed:
            text = _("Too many attempts. Try again in %(seconds)s s.") % {"seconds": standing.left}
            headers = {"Retry-After": standing.left}
            return HttpResponse(text, status=429, content_type="text/plain; charset=utf-8", headers=headers)
    return None


def _page(view):
    """What every page here needs: no copy kept by anybody, and the token against forgery."""

    @never_cache
    @csrf_protect
    @sensitive_post_parameters()
    def page(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    return page


class StaffSignIn(LoginView):
    """The first step. The same checks as the API's sign-in: the limits, and neither banned nor closed users."""

    form_class = AdminAuthenticationForm
    template_name = "admin/login.html"

    def get_context_data(self, **kwargs):
        page = {"title": _("Log in"), "subtitle": None, "app_path": self.request.get_full_path(), "username": ""}
        return super().get_context_data(**admin.site.each_context(self.request), **page, **kwargs)

    def get_default_redirect_url(self):
        return reverse("admin:index")

    def form_valid(self, form):
        user = form.get_user()
        if not settings.STAFF_SECOND_FACTOR:
            login(self.request, user)
            return _remembered(self.request, HttpResponseRedirect(self.get_success_url()), user)
        self.request.session.cycle_key()
        self.request.session[PENDING] = {
            "user": str(user.pk),
            "password": user.get_session_auth_hash(),
            "until": timezone.now().timestamp() + PENDING_FOR,
            "next": self.get_success_url(),
        }
        return HttpResponseRedirect(reverse("staff-code"))


@_page
def sign_in(request):
    """Whoever is in already is sent on; a POST is counted before the password is looked at."""
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:index"))
    if request.method == "POST":
        email = request.POST.get("username", "")
        if limited := too_many(request, *([known_devices.bucket(request, email)] if email else [])):
            return limited
    return StaffSignIn.as_view()(request)


@_page
def code(request):
    """The second step: the phone's code or one on paper; without a phone yet, its enrolment."""
    user = _pending(request)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    if request.method == "POST" and (limited := too_many(request, f"second:{user.pk}")):
        return limited
    if second_factor.device_of(user) is None:
        return _enrol(request, user)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if device := second_factor.check(user=user, code=form.cleaned_data["code"]):
            return _enter(request, user, device)
        form.add_error("code", _refusal(user))
    return _shown(request, "admin/second_factor/code.html", _("Second step"), form=form)


def _enrol(request, user) -> HttpResponse:
    try:
        device = second_factor.begin(user=user)
        form = CodeForm(request.POST or None)
        if form.is_valid():
            confirmed, codes = second_factor.enrol(user=user, code=form.cleaned_data["code"])
            if codes:
                onward = _enter(request, user, confirmed)
                return _remembered(request, _codes(request, codes, onward.url), user)
            form.add_error("code", _refusal(user))
    except ApiError:  # enrolled meanwhile, in another window
        return HttpResponseRedirect(reverse("staff-code"))
    key = device.config_url.partition("secret=")[2].partition("&")[0]
    groups = " ".join(key[start : start + 4] for start in range(0, len(key), 4))
    drawing = segno.make(device.config_url, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff")
    fields = {"form": form, "key": groups, "drawing": mark_safe(drawing)}  # noqa: S308  our own address, drawn by segno
    return _shown(request, "admin/second_factor/enrol.html", _("Set up the second step"), **fields)


@_page
def recovery_codes(request):
    """New codes for paper, for who is in."""
    if not admin.site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:login"))
    user = request.user
    if request.method == "POST" and (limited := too_many(request, f"second:{user.pk}")):
        return limited
    form = CodeForm(request.POST or None)
    if form.is_valid():
        codes = second_factor.renew_codes(user=user, code=form.cleaned_data["code"])
        if codes:
            return _codes(request, codes, reverse("admin:index"))
        form.add_error("code", _refusal(user))
    phone = second_factor.device_of(user)
    fields = {"form": form, "left": second_factor.codes_left(user), "has_phone": phone, "no_form": not phone}
    return _shown(request, "admin/second_factor/renew.html", _("Recovery codes"), **fields)


class StaffPasswordChange(PasswordChangeView):
    """As the API's: the other sessions end."""

    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")
    title = gettext_lazy("Password change")

    def get_context_data(self, **kwargs):
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}

    def form_valid(self, form):
        services.set_password(user=self.request.user, password=form.cleaned_data["new_password1"])
        user = User.objects.get(pk=self.request.user.pk)
        user.otp_device = getattr(self.request.user, "otp_device", None)
        login(self.request, user, BACKEND)
        return HttpResponseRedirect(self.get_success_url())


@_page
def change_password(request):
    if not admin.site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:login"))
    if request.method == "POST" and (limited := too_many(request, f"second:{request.user.pk}")):
        return limited
    return StaffPasswordChange.as_view()(request)


def _pending(request) -> User | None:
    """Who has shown the password a moment ago, and may still come in."""
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < timezone.now().timestamp():
        return None
    user = User.objects.filter(pk=pending["user"]).first()
    if user is None or not (user.is_active and user.is_staff):
        return None
    return user if constant_time_compare(user.get_session_auth_hash(), pending["password"]) else None


def _enter(request, user, device) -> HttpResponse:
    """Signed in, with the device that proves it."""
    onward = request.session.pop(PENDING)["next"]
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = reverse("admin:index")
    user.otp_device = device
    login(request, user, BACKEND)  # another session key
    return _remembered(request, HttpResponseRedirect(resolve_url(onward)), user)


def _remembered(request, response, user):
    known_devices.remember(request, response, user.email)
    return response


def _refusal(user) -> str:
    if seconds := second_factor.wait(user):
        return _("This is not the code. The next one counts in %(seconds)s s.") % {"seconds": seconds}
    return _("This is not the code, or it was used before.")


def _shown(request, template: str, title: str, **fields) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": title, "subtitle": None, **fields}
    refused = "form" in fields and fields["form"].errors
    return TemplateResponse(request, template, context, status=400 if refused else 200)


def _codes(request, codes: list[str], onward: str) -> TemplateResponse:
    """The codes for paper, shown this once."""
    fields = {"codes": codes, "onward": onward}
    return _shown(request, "admin/second_factor/codes.html", _("Recovery codes"), **fields)
