"""Django's settings, read from the environment through mwork.conf."""

from datetime import timedelta

from botocore.config import Config
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from mwork import conf, logs

DEBUG = conf.flag("DEBUG")
SECRET_KEY = conf.secret("SECRET_KEY", DEBUG)
JWT_SIGNING_KEY = conf.secret("JWT_SIGNING_KEY", DEBUG)
PORT = conf.integer("PORT", 8000, 1, 65535)
PUBLIC_URL = conf.url("PUBLIC_URL", ("http", "https"), f"http://localhost:{PORT}")
APP_URL = conf.url("APP_URL", ("http", "https"), f"{PUBLIC_URL}/open")  # the client, which letters and pushes link to
ALLOWED_HOSTS = conf.items("ALLOWED_HOSTS", "*" if DEBUG else "localhost,127.0.0.1")
TRUSTED_PROXIES = conf.integer("TRUSTED_PROXIES", 0, 0, 10)

INSTALLED_APPS = [
    "mwork.desk.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "corsheaders",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "mwork",
    "mwork.api",
    "accounts",
    "billing",
    "profiles",
    "castings",
    "chat",
    "notifications",
]

MIDDLEWARE = [
    "mwork.logs.RequestIdMiddleware",
    "mwork.access.AccessMiddleware",
    "mwork.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "mwork.pages.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "mwork.pages.AuthenticationMiddleware",
    "mwork.pages.OTPMiddleware",
    "mwork.pages.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mwork.urls"
WSGI_APPLICATION = "mwork.wsgi.application"
ASGI_APPLICATION = "mwork.asgi.application"
APPEND_SLASH = False  # an address with a trailing slash is another address, and answers 404
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [conf.ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- data ---------------------------------------------------------------------------------------------------

_database = conf.database()
_options = {"connect_timeout": 5, **_database.get("OPTIONS", {})}
# What a keeping cursor (mwork.postgres) asks is prepared at once, or never: workers, who write large statements, would
# remember the text of each.
_options["prepare_threshold"] = 0 if conf.flag("DATABASE_PREPARE", False) else None
# A pool; or each of a server's few threads keeps a connection, for as long as the pool would: nothing is lent and taken
# back. Not under ASGI, whose threads are many.
_pooled = conf.flag("DATABASE_POOL", True)
_kept = {} if _pooled else {"CONN_MAX_AGE": 3600, "CONN_HEALTH_CHECKS": True}
if _pooled:
    _options["pool"] = {"min_size": 1, "max_size": 20, "timeout": 5}
# What serves requests gives up on a statement or a lock in time; commands and workers may take theirs.
_seconds = conf.integer("DATABASE_TIMEOUT", 0, 0, 3600)
_limits = f" -c statement_timeout={_seconds}s -c lock_timeout={_seconds}s" if _seconds else ""
_options["options"] = f"-c datestyle=ISO{_limits}"  # cursors of lists hold moments as PostgreSQL writes them
DATABASES = {"default": {**_database, "ENGINE": "mwork.postgres", "OPTIONS": _options, **_kept}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = conf.url("REDIS_URL", ("redis", "rediss"))
CHANNEL_LAYERS = {"default": {"BACKEND": "mwork.hub.HubChannelLayer"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# --- accounts -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "accounts.hashing.BoundedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email",)}},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
REQUIRE_VERIFIED_EMAIL = conf.flag("REQUIRE_VERIFIED_EMAIL")
STAFF_SECOND_FACTOR = conf.flag("STAFF_SECOND_FACTOR", not DEBUG)
OTP_TOTP_ISSUER = "MWork"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds; Django's own sessions are staff's in the admin alone
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "ISSUER": "mwork",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "USER_ID_CLAIM": "sub",
}

# --- castings -----------------------------------------------------------------------------------------------

# Whose castings staff must have approved before others see them: nobody's, unverified employers', everybody's.
CASTING_PREMODERATION = conf.choice("CASTING_PREMODERATION", ("off", "unverified", "all"), "off")

# --- money --------------------------------------------------------------------------------------------------

ROBOKASSA = conf.robokassa(DEBUG, PORT, SECRET_KEY)
_returns = {"success": "ROBOKASSA_FRONTEND_SUCCESS_URL", "fail": "ROBOKASSA_FRONTEND_FAIL_URL"}
ROBOKASSA_FRONTEND = {
    name: conf.url(variable, ("http", "https"), f"{PUBLIC_URL}/?payment={name}") for name, variable in _returns.items()
}

# --- the API ------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["mwork.api.permissions.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["mwork.api.renderers.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["mwork.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "mwork.api.pagination.Page",
    "DEFAULT_FILTER_BACKENDS": ["mwork.api.filters.FilterBackend"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "mwork.api.renderers.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "mwork.api.schema.EnvelopeSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "mwork.api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.MultiPartRenderer",
    ],
}
RATES = {
    "auth": conf.rate("RATE_LIMIT_AUTH", "5/min"),
    "staff": conf.rate("RATE_LIMIT_STAFF", "20/hour"),  # attempts on one account of staff, beside those of a minute
    "api": conf.rate("RATE_LIMIT_API", "100/min"),
    "upload": conf.rate("RATE_LIMIT_UPLOAD", "10/min"),
    "webhook": conf.rate("RATE_LIMIT_WEBHOOK", "1000/min"),
    "chat": conf.rate("RATE_LIMIT_CHAT", "30/min"),
}
BODY_LIMIT = 1024 * 1024  # bytes of a JSON body
UPLOAD_LIMIT = 11 * 1024 * 1024  # bytes of a form: a file of 10 MB and what is around it
CORS_ALLOWED_ORIGINS = conf.items("CORS_ALLOWED_ORIGINS")
CORS_ALLOWED_ORIGIN_REGEXES = [r"^http://(localhost|127\.0\.0\.1)(:\d+)?$"] if DEBUG else []
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
    "Idempotent-Replayed",
]
SPECTACULAR_SETTINGS = {
    "TITLE": "MWork API",
    "DESCRIPTION": (
        "Castings for Kazakhstan: models find work, employers and agencies find models.\n\n"
        "To try private operations here: sign in with `POST /auth/login`, copy `access_token`, press Authorize."
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "accounts.models.Role",
        "OpenRoleEnum": "accounts.models.OPEN_ROLES",
        "CategoryEnum": "profiles.models.Category",
        "SubscriptionStatusEnum": "billing.models.Status",
        "CastingStatusEnum": "castings.models.CastingStatus",
        "CastingModerationEnum": "castings.models.Moderation",
        "ReportStatusEnum": "accounts.models.ReportStatus",
        "ReportReasonEnum": "accounts.models.ReportReason",
        "ReportTargetEnum": "accounts.models.TargetType",
        "ReviewTargetEnum": "castings.review_models.ReviewTarget",
        "ResponseStatusEnum": "castings.models.ResponseStatus.wire",
        "InvitationStatusEnum": "castings.models.InvitationStatus",
        "PaymentStatusEnum": "billing.models.PaymentStatus",
        "BillingPeriodEnum": "billing.models.Period",
        "NotificationTypeEnum": "notifications.models.Type",
        "MemberRoleEnum": "profiles.models.MemberRole",
        "InvitedRoleEnum": "profiles.models.MemberRole.given",
        "OrganizationKindEnum": "profiles.teams.WORKERS",
        "RepresentationStatusEnum": "profiles.models.RepresentationStatus",
        "OutcomeStatusEnum": "castings.submissions.OUTCOMES",
    },
    "TAGS": [
        {"name": "auth", "description": "Accounts, sessions, passwords."},
        {"name": "users", "description": "Blocking other people."},
        {"name": "reports", "description": "Telling the moderators of what is wrong."},
        {"name": "profiles", "description": "Models and employers."},
        {"name": "organizations", "description": "Employers and agencies: pages, teams, followers, rosters."},
        {"name": "photos", "description": "A model's photos."},
        {"name": "uploads", "description": "One door for every other file."},
        {"name": "castings", "description": "Castings: find, publish, save."},
        {"name": "responses", "description": "Answers to castings and the decisions on them."},
        {"name": "matches", "description": "Castings that suit a model, models who suit a casting."},
        {"name": "invitations", "description": "Asking models to answer a casting."},
        {"name": "searches", "description": "Saved searches, and telling of what they find anew."},
        {
            "name": "chat",
            "description": "Rooms and messages, live at `/ws` too: see docs/chat.md.",
        },
        {"name": "reviews", "description": "What the two sides of a completed casting say of each other."},
        {"name": "analytics", "description": "How one is doing: see docs/analytics.md."},
        {"name": "subscriptions", "description": "Plans and what they allow."},
        {"name": "notifications", "description": "What one is told, and how one wants to hear it."},
        {"name": "payments", "description": "Orders, and where to pay them."},
    ],
}

# --- language and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("kk", _("Kazakh")), ("en", _("English"))]
LOCALE_PATHS = [conf.ROOT / "locale"]
TIME_ZONE = "UTC"  # what the API speaks; calendar months and days are Almaty's, see mwork.clock

# --- mail, files, logs --------------------------------------------------------------------------------------

_resend, _smtp = conf.text("RESEND_API_KEY", ""), conf.email()
if _resend:
    EMAIL_BACKEND = "mwork.mail.ResendBackend"
    _resend_url = conf.url("RESEND_API_URL", ("http", "https"), "https://api.resend.com")
    ANYMAIL = {"RESEND_API_KEY": _resend, "RESEND_API_URL": _resend_url, "REQUESTS_TIMEOUT": (5, 20)}
elif _smtp:
    EMAIL_BACKEND = _smtp["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _smtp["EMAIL_HOST"], _smtp["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_USER"] or "", _smtp["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp.get("EMAIL_USE_TLS", False), _smtp.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = conf.folder("emails")
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = conf.text("DEFAULT_FROM_EMAIL", "MWork <no-reply@mwork.kz>")
FCM = conf.fcm()

S3 = conf.s3()
MEDIA_ON_DISK = S3 is None
MEDIA_ROOT = conf.VAR / "media"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": f"{PUBLIC_URL}/media/"},
    },
    "private": {"BACKEND": "mwork.storage.PrivateDisk", "OPTIONS": {"location": conf.VAR / "private"}},
    # In production `collectstatic` gives files names that tell their content, for browsers to keep for ever, and
    # compresses them; in development they are read where they lie.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if S3:
    # Checksums only where S3 asks for them (R2 and others refuse the newer default), and never a silent overwrite.
    _when_required = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    _bucket = {
        "endpoint_url": S3["endpoint"],
        "bucket_name": S3["bucket"],
        "access_key": S3["key"],
        "secret_key": S3["secret"],
        "file_overwrite": False,
        "default_acl": None,
        "client_config": Config(signature_version="s3v4", s3={"addressing_style": "path"}, **_when_required),
    }
    _public_url = {"custom_domain": S3["public"].split("://")[1], "url_protocol": S3["public"].split("://")[0] + ":"}
    _expiring = {"querystring_auth": True, "querystring_expire": 3600}
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**_bucket, **_public_url}}
    STORAGES["private"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {**_bucket, **_expiring, "bucket_name": S3["private_bucket"], "location": "private"},
    }

STATIC_URL = "/static/"
STATIC_ROOT = conf.folder("static")
WHITENOISE_USE_FINDERS = DEBUG
LOGGING = logs.configuration(conf.choice("LOG_FORMAT", ("text", "json"), "text"))
SENTRY_DSN = conf.dsn("SENTRY_DSN")
METRICS_TOKEN = conf.token("METRICS_TOKEN")
conf.existing_folder("PROMETHEUS_MULTIPROC_DIR")  # prometheus_client reads it by itself

# --- background jobs ----------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND_THREAD_SAFE = True  # there is none: threads may share what stands for it
CELERY_TASK_TIME_LIMIT = 300  # seconds
# Acknowledged before they run (Celery's default): a task that kills its worker must not come back for ever. What a dead
# worker took along is a row that a sweep finds, so tasks take ids, and none waits in the queue for a date of its own.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("bulk")]  # a worker takes from both in turn
_bulk = ["notifications.tasks.deliver_bulk", "notifications.tasks.announce"]
CELERY_TASK_ROUTES = {task: {"queue": "bulk"} for task in _bulk}
# A broker that is down or hangs must not hold a request: no retries, short waits; sweeps repair what was missed.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 3, "max_retries": 0}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Almaty"
_EVERY = {  # seconds: what is done so often. Each is safe to run twice and at once.
    60: [
        "accounts.tasks.send_waiting_letters",
        "profiles.tasks.end_promotions",
        "profiles.tasks.send_waiting_invitations",
        "castings.tasks.end_promotions",
        "notifications.tasks.deliver_waiting",
        "notifications.tasks.announce_waiting",
        "notifications.tasks.tell_of_models",
    ],
    300: ["billing.tasks.reconcile_payments", "notifications.tasks.remind_of_shoots"],
    600: [
        "billing.tasks.expire_subscriptions",
        "notifications.tasks.send_digests",
        "castings.tasks.roll_up_analytics",
        "notifications.tasks.send_search_digests",
    ],
    3600: [
        "accounts.tasks.purge_expired",
        "profiles.tasks.purge_invitations",
        "accounts.tasks.forget_late",
        "mwork.api.tasks.purge_idempotency_keys",
        "chat.tasks.sweep_attachments",
        "billing.tasks.renew_subscriptions",
        "billing.tasks.expire_orders",
        "billing.tasks.send_reminders",
        "notifications.tasks.purge",
    ],
}
CELERY_BEAT_SCHEDULE = {
    # One that still waits when the next one comes is not needed any more.
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for seconds, tasks in _EVERY.items()
    for task in tasks
}

# --- security -----------------------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 0 if DEBUG else 31536000
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: they are not ours to decide over
    "security.W008",  # redirecting to HTTPS is the proxy's; a token that came in the clear must not seem accepted
    "security.W021",  # HSTS preloading: it concerns the whole domain too, and can hardly be taken back
]
