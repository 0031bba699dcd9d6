"""The pages that letters link to. A button confirms, as mail scanners follow links."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import services
from mwork.api import throttling
from mwork.api.errors import ApiError


class VerifyForm(forms.Form):
    token = forms.CharField(max_length=500, widget=forms.HiddenInput)


class ResetForm(VerifyForm):
    password = forms.CharField(
        label=_("New password"),
        min_length=8,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def verify_email(request):
    return _page(request, "pages/verify_email.html", VerifyForm, services.confirm_email)


@sensitive_post_parameters("password")
def reset_password(request):
    return _page(request, "pages/reset_password.html", ResetForm, services.reset_password)


def _page(request, template: str, form_class, act):
    """Show the form for the address's token; on POST call the service and show `done` or what it refused."""
    if request.method != "POST":
        return render(request, template, {"form": form_class(initial={"token": request.GET.get("token", "")})})
    if limited := too_many(request):
        return limited
    form, done = form_class(request.POST), False
    if form.is_valid():
        try:
            act(**form.cleaned_data)
            done = True
        except ApiError as error:
            for texts in (error.details or {"": [error.detail]}).values():
                form.add_error(None, [str(text) for text in texts])
    return render(request, template, {"form": form, "done": done}, status=200 if done else 400)


def staff_sign_in(request):
    """The admin's sign-in, under the same limits as the API's: once per address and once per account."""
    if request.method == "POST" and (limited := too_many(request, request.POST.get("username", ""))):
        return limited
    return admin.site.login(request)


def too_many(request, email: str = "") -> HttpResponse | None:
    """Count a form's POST like an authentication call; the refusal past the limit, else None."""
    if settings.RATES["auth"] is None:
        return None
    keys = [throttling.address_key(request), *([throttling.account_key(email)] if email else [])]
    standing = throttling.count("auth", keys)
    if standing.passed:
        return None
    text = _("Too many attempts. Try again in %(seconds)s s.") % {"seconds": standing.left}
    return HttpResponse(
        text, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": standing.left}
    )


urlpatterns = [
    path("verify-email", verify_email),
    path("reset-password", reset_password),
    path("admin/login/", staff_sign_in),
]
