"""Puts our site in the place of Django's."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "mwork.admin.site.Desk"

    def ready(self):
        super().ready()  # which registers every app's pages
        from mwork.admin import language  # noqa: PLC0415  needs the models

        language.teach(admin.site)
