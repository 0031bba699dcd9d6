from django.urls import path

from billing import views

urlpatterns = [
    path("subscriptions/plans", views.Plans.as_view()),
    path("subscriptions/current", views.CurrentSubscription.as_view()),
]
