"""Addresses under /organizations; its castings are in castings.urls."""

from django.urls import path

from profiles.organization_views import Organizations
from profiles.roster_views import Representations, Roster
from profiles.team_views import Invitations, Members

urlpatterns = [
    path("organizations/my", Organizations.as_view({"get": "my"})),
    path("organizations/following", Organizations.as_view({"get": "following"})),
    path("organizations/representations", Representations.as_view({"get": "list"})),
    path("organizations/representations/<uuid:id>/accept", Representations.as_view({"post": "accept"})),
    path("organizations/representations/<uuid:id>/decline", Representations.as_view({"post": "decline"})),
    path("organizations/invitations/<str:token>/accept", Members.as_view({"post": "accept"})),
    path("organizations/<uuid:id>", Organizations.as_view({"get": "retrieve"})),
    path("organizations/<uuid:id>/follow", Organizations.as_view({"post": "follow", "delete": "unfollow"})),
    path("organizations/<uuid:organization_id>/members", Members.as_view({"get": "list"})),
    path(
        "organizations/<uuid:organization_id>/members/<uuid:id>",
        Members.as_view({"patch": "update", "delete": "destroy"}),
    ),
    path("organizations/<uuid:organization_id>/invite", Invitations.as_view({"post": "create"})),
    path("organizations/<uuid:organization_id>/invitations", Invitations.as_view({"get": "list"})),
    path("organizations/<uuid:organization_id>/invitations/<uuid:id>", Invitations.as_view({"delete": "destroy"})),
    path("organizations/<uuid:organization_id>/models", Roster.as_view({"get": "list", "post": "create"})),
    path("organizations/<uuid:organization_id>/models/<uuid:model_id>", Roster.as_view({"delete": "destroy"})),
]
