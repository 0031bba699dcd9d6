from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications", views.Notifications.as_view({"get": "list"})),
    path("notifications/<uuid:id>/read", views.Notifications.as_view({"post": "read"})),
    path("notifications/read-all", views.ReadAll.as_view()),
    path("notifications/preferences", views.PreferencesView.as_view()),
    path("notifications/devices", views.Devices.as_view()),
    path("notifications/devices/<str:token>", views.DeviceByToken.as_view()),
]
