from django.urls import path

from accounts.staff import views

urlpatterns = [
    path("login/", views.sign_in),
    path("code/", views.code, name="staff-code"),
    path("recovery-codes/", views.recovery_codes, name="staff-recovery-codes"),
    path("password_change/", views.change_password),
]
