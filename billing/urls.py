from django.urls import path

from billing import payment_views, views

urlpatterns = [
    path("subscriptions", views.Subscribe.as_view()),
    path("subscriptions/plans", views.Plans.as_view()),
    path("subscriptions/current", views.CurrentSubscription.as_view()),
    path("subscriptions/cancel", views.CancelSubscription.as_view()),
    path("payments", payment_views.Payments.as_view({"get": "list"})),
    path("payments/<uuid:id>", payment_views.Payments.as_view({"get": "retrieve"})),
    path("payments/robokassa/init", payment_views.StartPayment.as_view()),
    path("payments/robokassa/subscriptions", payment_views.StartSubscription.as_view()),
    path("payments/robokassa/responses", payment_views.StartResponses.as_view()),
    path("payments/robokassa/success", payment_views.Success.as_view()),
    path("payments/robokassa/fail", payment_views.Fail.as_view()),
]
