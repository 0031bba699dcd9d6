"""Every address there is."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerView

from mwork.api.docs import DocumentView
from mwork.api.views import UnknownAddress, health, ready
from mwork.me import Me

api = [
    path("auth/me", Me.as_view()),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("profiles.urls")),
    path("", include("castings.urls")),
    path("", UnknownAddress.as_view()),
    path("<path:rest>", UnknownAddress.as_view()),
]

urlpatterns = [
    path("api/v1", UnknownAddress.as_view()),
    path("api/v1/", include(api)),
    path("swagger/doc.json", DocumentView.as_view(), name="schema"),
    path("swagger/index.html", SpectacularSwaggerView.as_view(url_name="schema"), name="swagger"),
    path("redoc", SpectacularRedocView.as_view(url_name="schema"), name="redoc"),
    path("health", health),
    path("health/ready", ready),
    path("admin/", admin.site.urls),
    path("", include("accounts.pages")),
    path("", TemplateView.as_view(template_name="pages/landing.html"), name="landing"),
]

handler400 = "mwork.api.views.bad_request"
handler500 = "mwork.api.views.server_error"
