from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "mwork.api"
    verbose_name = "API"
