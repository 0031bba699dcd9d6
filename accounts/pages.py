"""The pages that letters link to. A button confirms, as mail scanners follow links."""

from django import forms
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import services
from accounts.staff.views import too_many
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


urlpatterns = [
    path("verify-email", verify_email),
    path("reset-password", reset_password),
    path("admin/", include("accounts.staff.urls")),
]
