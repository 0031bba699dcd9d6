"""The page that an invitation's letter links to. A button joins, as mail scanners follow links.

The token has come to the address, which proves it as a verifying letter's does: a verified account of that address
joins by the button alone, and whoever has none makes one here.
"""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import services as account_services
from accounts.models import Role
from accounts.pages import too_many
from mwork.api.errors import ApiError, InvalidState
from profiles import invitation_letters, teams
from profiles.models import Invitation


class JoinForm(forms.Form):
    token = forms.CharField(max_length=500, widget=forms.HiddenInput)


class RegisterForm(JoinForm):
    """For whoever has no account yet; `email` is the invitation's."""

    password = forms.CharField(
        label=_("Choose a password"),
        min_length=8,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self):
        validate_password(self.cleaned_data["password"], get_user_model()(email=self.email))
        return self.cleaned_data["password"]


@sensitive_post_parameters("password")
def invitation(request):
    """Who invites, and the way to join: a button, or a password for a new account first."""
    if request.method == "POST" and (limited := too_many(request)):
        return limited
    token = (request.POST if request.method == "POST" else request.GET).get("token", "")
    found = teams.find(token)
    shown = {"invitation": found, "open": found is not None and found.is_open(), "done": False}
    if not shown["open"]:
        return render(request, "pages/invitation.html", shown, status=400 if request.method == "POST" else 200)
    account = invitation_letters.account_of(found)
    kind = {} if account else {"email": found.email}
    form_class = JoinForm if account else RegisterForm
    if request.method != "POST":
        return render(request, "pages/invitation.html", {**shown, "form": form_class(initial={"token": token}, **kind)})
    form = form_class(request.POST, **kind)
    if form.is_valid():
        try:
            _join(found, account, **form.cleaned_data)
            shown["done"] = True
        except (ApiError, ValidationError) as error:
            form.add_error(None, str(getattr(error, "detail", error)))
    return render(request, "pages/invitation.html", {**shown, "form": form}, status=200 if shown["done"] else 400)


@transaction.atomic
def _join(found: Invitation, account, *, token: str, password: str = "") -> None:
    if account is None:
        account = account_services.register(
            email=found.email, password=password, role=Role.EMPLOYER, language=get_language()
        )
    elif not account.email_verified:
        # Whoever opened that account may be somebody else, who waits for just this.
        raise InvalidState(_("There is an account with your address that nobody has confirmed. Confirm it first."))
    elif not account.is_active:
        raise InvalidState
    teams.accept(user=account, token=token)


urlpatterns = [path("invitation", invitation)]
