"""The admin's site: who may come in, the start page with queues and charts, what each answer says to the browser."""

import re
from functools import update_wrapper
from urllib.parse import unquote

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mwork import clock
from mwork.admin import figures, language, queues

OF_STAFF = ("auth", "otp_totp")


class Desk(AdminSite):
    """Staff come in with their second factor, unless STAFF_SECOND_FACTOR is off; superusers may do everything, others

    what their groups say. Times are Almaty's here.
    """

    site_header = site_title = "MWork"
    index_title = _("Desk")
    site_url = None

    def has_permission(self, request):
        if not super().has_permission(request):
            return False
        return not settings.STAFF_SECOND_FACTOR or getattr(request.user, "otp_device", None) is not None

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        def almaty(request, *args, **kwargs):
            if "\0" in unquote(request.META.get("QUERY_STRING", "")):
                return HttpResponseBadRequest("null byte")  # which the database takes in no filter
            with timezone.override(clock.ALMATY), language.spoken():
                response = inner(request, *args, **kwargs)
                if hasattr(response, "render") and not response.is_rendered:
                    response.render()
            return response

        return update_wrapper(almaty, inner)

    def get_app_list(self, request, app_label=None):
        """The tables by the labels of their pages; those that Django's own apps bring stand together."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            for table in app["models"]:
                table["name"] = self._registry[table["model"]].label or table["name"]
        of_staff = [app for app in apps if app["app_label"] in OF_STAFF]
        if not of_staff:
            return apps
        tables = [table for app in of_staff for table in app["models"]]
        merged = {**of_staff[0], "name": _("Staff"), "models": tables}
        return [*(app for app in apps if app not in of_staff), merged]

    def get_urls(self):
        return [path("figures/", self.admin_view(self.figures), name="figures"), *super().get_urls()]

    def index(self, request, extra_context=None):
        waiting = queues.standings(request.user, timezone.now())
        more = {"queues": waiting, "has_figures": figures.may_see(request.user), "subtitle": None}
        return super().index(request, {**more, **(extra_context or {})})

    def figures(self, request):
        """What the start page's charts draw; `?days=` from 1 to MOST_DAYS."""
        if not figures.may_see(request.user):
            raise PermissionDenied
        asked = request.GET.get("days", str(figures.DAYS))
        if not re.fullmatch(r"[0-9]{1,3}", asked) or not 1 <= int(asked) <= figures.MOST_DAYS:
            return HttpResponseBadRequest("days")
        return JsonResponse({"charts": figures.drawn(request.user, int(asked), clock.today())})

    def each_context(self, request):
        context = super().each_context(request)
        may_search = context["has_permission"] and request.user.has_perm("accounts.view_user")
        return context | {"people_search": reverse("admin:accounts_user_changelist") if may_search else None}
