"""Django's settings, read from the environment. docs/running.md lists the variables."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from luyue.site import mail_settings, threads
from luyue.site.data_folder import data_folder, own_secret
from luyue.site.database import database
from luyue.site.logs import logging_config
from luyue.site.rooms import rooms_with

SITE = Path(__file__).parent
DATA = data_folder()


def words(name: str) -> list[str]:
    """A comma-separated variable as a list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def switch(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


DEBUG = switch("LUYUE_DEBUG")
SECRET_KEY = os.environ.get("LUYUE_SECRET_KEY") or own_secret(DATA, "secret_key")
# Behind a proxy that speaks HTTPS to the world: cookies never leave over plain HTTP, and browsers are told to stay with HTTPS.
HTTPS = switch("LUYUE_HTTPS")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *words("LUYUE_HOSTS")]

INSTALLED_APPS = [
    *(f"luyue.apps.{room}" for room in rooms_with("apps")),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "luyue.site.middleware.RequestNumbers",
    "luyue.site.metrics.Timing",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "luyue.site.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "luyue.site.middleware.Admission",  # before the CSRF check, which reads the body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "luyue.site.failures.Failures",
]

ROOT_URLCONF = "luyue.site.urls"
WSGI_APPLICATION = "luyue.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": database(os.environ.get("LUYUE_DATABASE_URL"), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "luyue.site.cache.CountingDatabaseCache",
        "LOCATION": "luyue_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.W001"]  # asks for a cache it knows; ours counts in one locked step

# People ------------------------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "luyue.site.accounts.Accounts",
]
PASSWORD_HASHERS = [
    "luyue.site.accounts.Argon2",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "luyue.site.accounts.StaffAccounts"
ACCOUNT_FORMS = {"change_password": "luyue.site.account_forms.OwnPassword", "reauthenticate": "luyue.site.account_forms.PasswordAgain"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session stays, every other one of the account ends
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=5).total_seconds())
# Tries are taken before a password is looked at, per name and address (see accounts.py); addresses are counted by site/limits.py.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key", "login": "", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "luyue.site.accounts.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "履约"
MFA_TOTP_TOLERANCE = 0  # a code is remembered as used for as long as it is good, and no longer
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Who must have a second factor: platform (posts of the installation), leads (also whoever answers for a team), everyone, or off.
LUYUE_SECOND_FACTOR = os.environ.get("LUYUE_SECOND_FACTOR") or ("platform" if HTTPS else "off")
# A session nobody uses ends after this; pages that ask by themselves do not count as use.
LUYUE_IDLE = timedelta(minutes=int(os.environ.get("LUYUE_IDLE_MINUTES") or 120))
# How many proxies of ours stand in front. With 0, X-Forwarded-For is never believed.
LUYUE_PROXIES = int(os.environ.get("LUYUE_PROXIES") or 0)
RATELIMIT_IP_META_KEY = "luyue.site.addresses.client_address"

# A call centre sits behind one address: only the pair of name and address is locked, never the whole address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or a stranger behind the same address could keep a colleague out all day
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "luyue.site.accounts.login_name"
AXES_CLIENT_IP_CALLABLE = "luyue.site.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "luyue.site.accounts.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "ip_address", "csrfmiddlewaretoken", "code", "next"]
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# A cookie named __Host- is only taken over HTTPS and only from this very host: a neighbour on a sub-domain cannot plant one.
SESSION_COOKIE_NAME = "__Host-luyue_session" if HTTPS else "luyue_session"
SESSION_ENGINE = "luyue.site.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())  # a long shift
CSRF_COOKIE_NAME = "__Host-luyue_csrf" if HTTPS else "luyue_csrf"
CSRF_FAILURE_VIEW = "luyue.site.failures.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in words("LUYUE_HOSTS")]

# What a browser may do -----------------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # customers' links carry a token
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^livez$", r"^metrics$"]  # asked by the proxy and programs beside it
LUYUE_METRICS_TOKEN = os.environ.get("LUYUE_METRICS_TOKEN", "")

# Sizes, in bytes -------------------------------------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # everything but files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
LUYUE_REQUEST_MAX_BYTES = int(os.environ.get("LUYUE_REQUEST_MAX_BYTES") or 25_000_000)
LUYUE_UPLOAD_MAX_BYTES = int(os.environ.get("LUYUE_UPLOAD_MAX_BYTES") or 210_000_000)  # for the addresses that take evidence
# Where a proxy finds the evidence folder (nginx `internal` location); empty: this program hands the files out itself.
LUYUE_ACCEL = os.environ.get("LUYUE_ACCEL", "").rstrip("/")

# Whose service desk this is ------------------------------------------------------------------------------------------------------------
COMPANY_NAME = LUYUE_COMPANY = os.environ.get("LUYUE_COMPANY") or "本公司"
COMPANY_PHONE = os.environ.get("LUYUE_COMPANY_PHONE", "")
# Where customers find us: the links in letters begin with it.
LUYUE_BASE_URL = (os.environ.get("LUYUE_BASE_URL") or next(iter(CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")).rstrip("/")
# A demonstration shows its sign-in names and password on the start page; only `luyue demo` sets this.
LUYUE_DEMO = os.environ.get("LUYUE_DEMO") == "1"

# Languages and time --------------------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "luyue_language"
LOCALE_PATHS = [SITE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files ---------------------------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [SITE / "static"]
STATIC_ROOT = os.environ.get("LUYUE_STATIC_ROOT") or None  # only where a proxy hands the files out: collectstatic fills it
MEDIA_ROOT = DATA / "media"
MEDIA_URL = ""  # attachments are handed out by views that ask who is reading
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "luyue.site.static_files.VersionedStaticFiles"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else int(timedelta(days=1).total_seconds())

# Mail and text messages ------------------------------------------------------------------------------------------------------------------
# Without a mail server, letters are laid into a folder: a demonstration never writes to anybody.
DEFAULT_FROM_EMAIL = os.environ.get("LUYUE_MAIL_FROM") or "luyue@localhost"
# With `{token}` in it, e.g. kefu+{token}@example.cn, an answer names its case even when a mail program drops everything else.
LUYUE_MAIL_REPLY_TO = os.environ.get("LUYUE_MAIL_REPLY_TO", "")
_SMTP = mail_settings.smtp_server(os.environ.get("LUYUE_SMTP_URL", ""))
EMAIL_HOST, EMAIL_PORT = (_SMTP.host, _SMTP.port) if _SMTP else ("", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (_SMTP.user, _SMTP.password) if _SMTP else ("", "")
EMAIL_USE_TLS = _SMTP is not None and _SMTP.security == mail_settings.STARTTLS
EMAIL_USE_SSL = _SMTP is not None and _SMTP.security == mail_settings.TLS
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "letters"
# Where mail comes in; None: nobody reads answers, and letters say so.
LUYUE_MAILBOX = mail_settings.mailbox(os.environ.get("LUYUE_IMAP_URL", ""))
LUYUE_MAIL_POLL_S = float(os.environ.get("LUYUE_IMAP_EVERY_S") or 20)
LUYUE_MAIL_MAX_BYTES = int(os.environ.get("LUYUE_MAIL_MAX_BYTES") or 30_000_000)
# The procedure a new mail opens, or address=procedure, comma-separated, for several addresses in one mailbox.
LUYUE_MAIL_OPENS = words("LUYUE_MAIL_OPENS")
# Our own mail server's name in Authentication-Results. Only its word on SPF, DKIM and DMARC is believed.
LUYUE_MAIL_AUTHSERV = os.environ.get("LUYUE_MAIL_AUTHSERV", "")
LUYUE_SMS = mail_settings.text_gateway(os.environ.get("LUYUE_SMS_URL", ""))

LOGGING = logging_config("DEBUG" if DEBUG else os.environ.get("LUYUE_LOG_LEVEL") or "WARNING")

threads.keep_by_thread()
