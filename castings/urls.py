from django.urls import path

from castings.analytics_views import EmployerAnalytics, ModelAnalytics
from castings.invitation_views import Invitations
from castings.match_views import Matches
from castings.response_views import Responses, ResponsesByCasting
from castings.review_views import Reviews
from castings.search_views import Searches
from castings.views import Castings

WRITE = {"put": "update", "patch": "update"}

urlpatterns = [
    path("castings", Castings.as_view({"get": "list", "post": "create"})),
    path("castings/my", Castings.as_view({"get": "my"})),
    path("castings/saved", Castings.as_view({"get": "saved"})),
    path("organizations/<uuid:organization_id>/castings", Castings.as_view({"get": "of_organization"})),
    path("castings/recommended", Matches.as_view({"get": "recommended"})),
    path("castings/<uuid:id>", Castings.as_view({"get": "retrieve", **WRITE, "delete": "destroy"})),
    path("castings/<uuid:id>/status", Castings.as_view({"patch": "status"})),
    path("castings/<uuid:id>/save", Castings.as_view({"post": "keep", "delete": "drop"})),
    path("castings/<uuid:id>/promote", Castings.as_view({"post": "promote", "delete": "demote"})),
    path("castings/<uuid:id>/matches", Matches.as_view({"get": "models"})),
    path("castings/<uuid:casting_id>/invitations", Invitations.as_view({"get": "sent", "post": "invite"})),
    path("invitations/my", Invitations.as_view({"get": "my"})),
    path("invitations/<uuid:id>/decline", Invitations.as_view({"post": "decline"})),
    path("searches", Searches.as_view({"get": "list", "post": "create"})),
    path("searches/<uuid:id>", Searches.as_view({"delete": "destroy"})),
    path("castings/<uuid:casting_id>/responses", Responses.as_view({"get": "received", "post": "apply"})),
    path("responses/my", Responses.as_view({"get": "my"})),
    path("responses/<uuid:id>", Responses.as_view({"patch": "note", "delete": "withdraw"})),
    path("responses/<uuid:id>/status", Responses.as_view({"patch": "status"})),
    path("reviews", Reviews.as_view({"get": "list", "post": "create"})),
    path("reviews/<uuid:id>", Reviews.as_view({"delete": "destroy"})),
    path("reviews/<uuid:id>/reply", Reviews.as_view({"post": "reply"})),
    path("organizations/<uuid:id>/reviews", Reviews.as_view({"get": "of_organization"})),
    path("analytics/model", ModelAnalytics.as_view()),
    path("analytics/employer", EmployerAnalytics.as_view()),
    # The first generation's addresses.
    path("responses", ResponsesByCasting.as_view({"get": "received", "post": "apply"})),
]
