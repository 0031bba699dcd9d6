from django.urls import path

from profiles import views
from profiles.photo_views import Photos

WRITE = {"put": "update", "patch": "update"}

urlpatterns = [
    path("photos", Photos.as_view({"get": "list", "post": "create"})),
    path("photos/reorder", Photos.as_view({"post": "reorder"})),
    path("photos/<uuid:id>", Photos.as_view({**WRITE, "delete": "destroy"})),
    path("profiles/me", views.OwnProfile.as_view()),
    path("profiles/models", views.Models.as_view({"get": "list", "post": "create"})),
    path("profiles/models/promoted", views.Models.as_view({"get": "promoted"})),
    path("profiles/models/<uuid:id>", views.Models.as_view({"get": "retrieve", **WRITE})),
    path("profiles/models/<uuid:id>/promote", views.Models.as_view({"post": "promote", "delete": "demote"})),
    path("profiles/models/<uuid:profile_id>/experience", views.Experiences.as_view({"post": "create"})),
    path(
        "profiles/models/<uuid:profile_id>/experience/<uuid:id>",
        views.Experiences.as_view({**WRITE, "delete": "destroy"}),
    ),
    path("profiles/employers", views.Employers.as_view({"post": "create"})),
    path("profiles/employers/<uuid:id>", views.Employers.as_view({"get": "retrieve", **WRITE})),
    # The first generation's addresses.
    path("model-profiles", views.ModelsByUser.as_view({"post": "create"})),
    path("model-profiles/<uuid:user_id>", views.ModelsByUser.as_view({"get": "retrieve"})),
    path("employer-profiles", views.EmployersByUser.as_view({"post": "create"})),
    path("employer-profiles/<uuid:user_id>", views.EmployersByUser.as_view({"get": "retrieve"})),
]
