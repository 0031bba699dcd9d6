"""The list of models as Django REST framework gives it without further thought: a ModelViewSet, all defaults.

Settings and addresses in one module: DJANGO_SETTINGS_MODULE=benchmarks.peers.default_drf, application in peers.wsgi.
"""

from mwork.settings import *  # noqa: F403  the same database and apps

# Django's own backend, each thread with its connection as ours.
DATABASES = {"default": {**DATABASES["default"], "ENGINE": "django.db.backends.postgresql"}}  # noqa: F405
ROOT_URLCONF = "benchmarks.peers.default_urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REST_FRAMEWORK = {
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 20,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
}
