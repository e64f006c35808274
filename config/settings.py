"""Django settings of Kora. Every choice an owner can make is read here, through config.env.

`SHOP_MODE` decides what the shop may do, `SITE_URL` decides what follows from its address.
The README holds the table of all settings.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = env.BASE_DIR
VAR_DIR = BASE_DIR / env.text("VAR_DIR", "var")

# ---- what kind of shop this is -------------------------------------------------------------
SHOP_MODE = env.one_of("SHOP_MODE", env.MODES)
IS_DEMO = SHOP_MODE == "demo"
SHOP_CURRENCY = env.text("SHOP_CURRENCY", "USD" if IS_DEMO else None)
DEMO_STAFF_PASSWORD = env.text("DEMO_STAFF_PASSWORD", "")
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")  # earlier keys: what they signed still counts
DEBUG = env.flag("DEBUG", default=False)

# ---- payments ------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET", "")
STRIPE_TIMEOUT_IN_REQUEST = (3.05, 5)  # seconds to connect, to read; one try
STRIPE_TIMEOUT_IN_WORKER = (3.05, 10)  # two retries
PAYMENT_PAGE_SYNC_PAUSE = timedelta(seconds=5)  # an order page asks Stripe no more often
PAYMENT_HOLD = timedelta(minutes=env.whole("PAYMENT_HOLD_MINUTES", 45, least=31))
HOLD_SHORTEST_MINUTES = env.whole("HOLD_SHORTEST_MINUTES", 45 if IS_DEMO else 10, least=5)
HOLD_SHARE_PERCENT = env.whole("HOLD_SHARE_PERCENT", 100 if IS_DEMO else 50, most=100)
HOLD_UNITS = env.whole("HOLD_UNITS", 5, least=1)
ORDER_RETRY = timedelta(days=7)  # so long may a buyer pay an order whose payment came to nothing
WITHDRAWAL_DAYS = env.whole("WITHDRAWAL_DAYS", 14, least=14, most=366)  # EU law: never fewer than 14

# ---- how long what is private is kept (foundation/retention.py) ----------------------------
CART_LIFETIME = timedelta(days=env.whole("CART_DAYS", 30, least=1, most=3660))
SESSION_LIFETIME = timedelta(days=env.whole("SESSION_DAYS", 1, least=1, most=3660))  # after it ended
MAIL_LIFETIME = timedelta(days=env.whole("MAIL_DAYS", 90, least=1, most=3660))
EVENT_LIFETIME = timedelta(days=env.whole("EVENT_DAYS", 30, least=4, most=3660))  # Stripe repeats for 3 days
# while an order can be paid again (ORDER_RETRY), it stays
UNPAID_ORDER_LIFETIME = timedelta(days=env.whole("UNPAID_ORDER_DAYS", 30, least=8, most=3660))
ORIGIN_LIFETIME = timedelta(days=env.whole("ORIGIN_DAYS", 30, least=1, most=3660))

# ---- the address, and all that follows from it ---------------------------------------------
SITE_URL = env.address("SITE_URL", "http://127.0.0.1:8000")
_site = urlsplit(SITE_URL)
_is_https = _site.scheme == "https"
ALLOWED_HOSTS = [_site.hostname or "", *env.hosts("EXTRA_HOSTS")]
if IS_DEMO:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0)  # how many proxies stand in front
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _is_https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
# W005, W021: whether subdomains and browsers' preload lists join in is for the owner of the domain to say
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
COOKIE_PREFIX = "__Host-" if _is_https else ""  # browsers take such cookies from this very host alone
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}kora_staff"
SESSION_COOKIE_AGE = 12 * 3600  # seconds without a visit to the admin; see config.staff_sessions
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}kora_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, "https://checkout.stripe.com"],
    }
}

# ---- apps and requests ---------------------------------------------------------------------
COUNTRIES_OVERRIDE = {"XK": _("Kosovo")}  # a user-assigned code of ISO 3166, which posts and carriers take

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "blog.apps.BlogConfig",
    "shop.apps.ShopConfig",
    "comments.apps.CommentsConfig",
    "foundation.apps.FoundationConfig",
    "django_tasks",
    "django_tasks_db",
    "django_prose_editor",
    "django_countries",
    "django_htmx",
    "crispy_forms",
    "simple_history",
    "csp",
    "whitenoise.runserver_nostatic",
    "config.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
]
if IS_DEMO:
    INSTALLED_APPS.append("shop.payments.demo.apps.DemoPaymentsConfig")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "foundation.headers.complete_headers",
    "csp.middleware.CSPMiddleware",
    "foundation.headers.answer_known_methods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.compression.compress_texts",
    "foundation.malformed.MalformedRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "comments.middleware.keep_own_comments_private",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "foundation.form_sizes.LimitForms",
    "foundation.kept_posts.keep_what_was_read",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.admin_csp.AdminEditorPolicy",
    "config.staff_sessions.keep_alive",
    "foundation.middleware.lead_on",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.page_context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that templates/ can replace a widget's
CRISPY_ALLOWED_TEMPLATE_PACKS = ["kora"]
CRISPY_TEMPLATE_PACK = "kora"
CRISPY_FAIL_SILENTLY = False
MESSAGE_STORAGE = "foundation.message_cookies.FallbackStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a product of 500 variants; reading so many takes 20 ms
DATA_UPLOAD_MAX_NUMBER_FILES = 300  # pictures of a product, most rows of them without a new file
PICTURE_MAX_BYTES = 30 * 1024 * 1024
PICTURE_MAX_PIXELS = 25_000_000
PICTURE_AVIF_SPEED = env.whole("PICTURE_AVIF_SPEED", 6, most=10)

# ---- data ----------------------------------------------------------------------------------
SQLITE_SYNCHRONOUS = env.one_of("SQLITE_SYNCHRONOUS", ("FULL", "NORMAL"), "FULL")
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "kora.sqlite3", SQLITE_SYNCHRONOUS)}
CACHES = {"default": env.cache("CACHE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_storage.BundledStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": [],
        "ENQUEUE_ON_COMMIT": False,  # a job exists exactly when its cause does
    }
}
WORKER_SILENT_SECONDS = 30.0  # a worker unheard of for so long counts as dead, and its job is done anew
READY_WEBHOOK_SECONDS = env.whole("READY_WEBHOOK_SECONDS", 300, least=1)
READY_JOB_SECONDS = env.whole("READY_JOB_SECONDS", 300, least=1)

# ---- mail ----------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"shop@{_site.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
STAFF_EMAILS = env.words("STAFF_EMAILS", "owner@shop.example" if IS_DEMO else "")
if IS_DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    vars().update(env.mail("EMAIL_URL"))
EMAIL_TIMEOUT = 10

# ---- language and time ---------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")

# ---- limits: (count, seconds) per IP address, unless the name says otherwise -------------------
LIMIT_COMMENTS = env.rate("LIMIT_COMMENTS", "5/600")
LIMIT_CART = env.rate("LIMIT_CART", "600/60" if IS_DEMO else "120/60")
LIMIT_CHECKOUT = env.rate("LIMIT_CHECKOUT", "600/60" if IS_DEMO else "30/60")
LIMIT_CODES = env.rate("LIMIT_CODES", "600/600" if IS_DEMO else "30/600")
LIMIT_PAYMENTS = env.rate("LIMIT_PAYMENTS", "600/60" if IS_DEMO else "60/3600")
LIMIT_PAYMENTS_CART = env.rate("LIMIT_PAYMENTS_CART", "600/60" if IS_DEMO else "10/3600")  # per cart
LIMIT_REFUSED_CARDS = env.rate("LIMIT_REFUSED_CARDS", "100/3600" if IS_DEMO else "20/3600")
MAX_REFUSED_CARDS = env.whole("MAX_REFUSED_CARDS", 8, least=1)  # of one payment, which then ends
LIMIT_PAPERS = env.rate("LIMIT_PAPERS", "600/60" if IS_DEMO else "60/60")
LIMIT_MAILS_UNPAID = env.rate("LIMIT_MAILS_UNPAID", "600/86400" if IS_DEMO else "6/86400")
LIMIT_SIGN_IN = env.rate("LIMIT_SIGN_IN", "20/600")
COMMENT_MAX_LENGTH = 5000  # characters
COMMENT_YOUNG_SECONDS = 3  # a form sent back sooner than this hints at spam

# ---- staff ---------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

# ---- logs ----------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "foundation.logs.WithoutTokens",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["quiet refusals"]},
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "filters": {
        "outages in one line": {"()": "foundation.outages.OneLine"},
        "quiet refusals": {"()": "foundation.logs.QuietRefusals"},
    },
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["outages in one line"]},
        "stripe": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
