"""Django's settings. What an owner may change comes from the environment (environment.py); the rest is how the house is wired."""

from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from livingroom.config.environment import read_environment
from livingroom.config.mail import mail_settings
from livingroom.config.secrets import stored_key

environment = read_environment()

HOME: Path = environment.home.absolute()
HOME.mkdir(parents=True, exist_ok=True)
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = environment.debug
DEMO = environment.demo and environment.is_local
SECRET_KEY = environment.secret_key or stored_key(HOME / "secret.key")
CREDENTIAL_KEYS = [
    key.strip()
    for key in (environment.credential_keys or stored_key(HOME / "credential.keys"))
    .replace("\n", ",")
    .split(",")
    if key.strip()
]

PUBLIC_URL = environment.public_url
SHORT_URL = environment.short_url
LAKE_URL = environment.resolved_lake_url
RATES_URL = environment.rates_url
ALLOW_PRIVATE_NETWORKS = environment.allow_private_networks
_public_host = PUBLIC_URL.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if environment.is_local else [_public_host]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "livingroom.shared",
    "livingroom.people",
    "livingroom.networks",
    "livingroom.branches",
    "livingroom.links",
    "livingroom.orders",
    "livingroom.segments",
    "livingroom.experiments",
    "livingroom.listening",
    "livingroom.inbox",
    "livingroom.posts",
    "livingroom.ideas",
    "livingroom.community",
    "livingroom.attribution",
    "livingroom.claims",
    "livingroom.frontdoor",
    "livingroom.dashboards",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "ninja",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "livingroom.config.public_views.LoginUnlessPublicMiddleware",
    "livingroom.config.mention_doors.MentionDoorsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "livingroom.shared.chart_pictures.ChartPicturesMiddleware",
]

ROOT_URLCONF = "livingroom.config.urls"
WSGI_APPLICATION = "livingroom.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "livingroom.shared.context.brand",
                "livingroom.listening.context.answer_timers",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        environment.resolved_database_url, conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Several processes write: WAL lets readers go on, IMMEDIATE takes the write lock at once instead of failing later.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "listening", "slow"]}
}

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "front_door"
ACCOUNT_ADAPTER = "livingroom.people.adapter.InviteOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/ip,5/5m/key"}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(HOME / "media")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = (
    True  # no collect step: files are served from the package, fingerprinted by `static_version`
)
WHITENOISE_MAX_AGE = 31_536_000

SESSION_COOKIE_NAME = "livingroom_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not environment.is_local
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 0 if environment.is_local else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_SSL_REDIRECT = not environment.is_local
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.trusted_proxies else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        # Vega writes style attributes on its canvas and tooltips; scripts stay strict.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

globals().update(mail_settings(environment.mail_url, HOME))
DEFAULT_FROM_EMAIL = environment.mail_from
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "livingroom": {"level": "INFO"},
        "livingroom.networks": {"level": "WARNING"},  # every single request is for the curious
        "django.request": {"level": "ERROR"},  # a page that is not there is the visitor's news, not ours
    },
}
