from django.urls import path

from accounts import report_views, views

urlpatterns = [
    path("auth/register", views.Register.as_view()),
    path("auth/login", views.Login.as_view()),
    path("auth/refresh", views.Refresh.as_view()),
    path("auth/logout", views.Logout.as_view()),
    path("auth/verify/request", views.VerifyRequest.as_view()),
    path("auth/verify/confirm", views.VerifyConfirm.as_view()),
    path("auth/password/forgot", views.PasswordForgot.as_view()),
    path("auth/password/reset", views.PasswordReset.as_view()),
    path("auth/password/change", views.PasswordChange.as_view()),
    path("auth/sessions", views.Sessions.as_view({"get": "list"})),
    path("auth/sessions/<uuid:id>", views.Sessions.as_view({"delete": "destroy"})),
    path("ws/ticket", views.SocketTicket.as_view()),
    path("users/blocked", views.BlockedUsers.as_view({"get": "list"})),
    path("users/<uuid:id>/block", views.BlockUser.as_view()),
    path("reports", report_views.Reports.as_view({"post": "create"})),
    path("reports/my", report_views.Reports.as_view({"get": "my"})),
]
