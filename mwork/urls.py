"""Every address there is."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.generic import TemplateView
from django.views.static import serve
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView

from billing.webhook import result
from mwork import monitoring
from mwork.api.docs import DocumentView
from mwork.api.views import UnknownAddress
from mwork.health import health, ready
from mwork.market.sign_ins import EMAILS, PASSWORD
from mwork.me import Export, Me
from mwork.storage import serve_private
from mwork.uploads import Upload

admin.site.site_header = admin.site.site_title = "MWork"

api = [
    # Most asked first: they are tried one after another, and no address is of two.
    path("auth/me", Me.as_view()),
    path("", include("profiles.urls")),
    path("", include("chat.urls")),
    path("", include("notifications.urls")),
    path("", include("castings.urls")),
    path("", include("profiles.organization_urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("upload", Upload.as_view()),
    path("auth/me/export", Export.as_view()),
    re_path("", UnknownAddress.as_view()),  # anything, also the line breaks that <path:…> stops at
]

urlpatterns = [
    path("api/v1", UnknownAddress.as_view()),
    path("api/v1/", include(api)),
    path("swagger/doc.json", DocumentView.as_view(), name="schema"),
    path("swagger/index.html", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="swagger"),
    path("redoc", SpectacularRedocView.as_view(url_name="schema", template_name="pages/redoc.html"), name="redoc"),
    path("favicon.ico", lambda request: HttpResponse(status=204)),  # there is none; browsers ask on every host
    path("health", health),
    path("health/ready", ready),
    path("metrics", monitoring.show),
    path("webhooks/robokassa/result", result),
    path("files/<path:token>", serve_private, name="private-file"),
    path("", include("billing.links")),
    path("", include("notifications.pages")),
    path("", include("profiles.pages")),
    path("", include("accounts.pages")),  # before the admin, whose sign-in it limits
    path("admin/", admin.site.urls),
    path("", TemplateView.as_view(template_name="pages/landing.html"), name="landing"),
]

if settings.DEBUG:
    people = [(EMAILS[role], PASSWORD) for role in ("employer", "model")]
    page = TemplateView.as_view(template_name="pages/chat_demo.html", extra_context={"people": people})
    urlpatterns.append(path("chat-demo", page))

if settings.MEDIA_ON_DISK:  # on S3 the bucket serves them, in production a proxy may
    urlpatterns.insert(0, path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}))

if settings.ROBOKASSA and settings.ROBOKASSA["sandbox"]:
    urlpatterns.insert(0, path("sandbox/robokassa/", include("billing.sandbox")))

handler400 = "mwork.api.views.bad_request"
handler500 = "mwork.api.views.server_error"
