"""Settings of the tests: demo mode, a throw-away folder, fast passwords and plain static files.

DATABASE_URL picks the database: absent is a SQLite file, as in production.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["SHOP_MODE"] = "demo"
os.environ["SECRET_KEY"] = "tests-only-" + "k" * 50
os.environ["SITE_URL"] = "http://testserver"
_var_dir = tempfile.mkdtemp(prefix="kora-tests-")  # one for each process: no test sees another's files
os.environ["VAR_DIR"] = _var_dir
Path(_var_dir, "static").mkdir()  # whitenoise warns of a missing folder
atexit.register(shutil.rmtree, _var_dir, ignore_errors=True)
for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "EMAIL_URL", "CACHE_URL"):
    os.environ[name] = ""
os.environ.setdefault("DATABASE_URL", "")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, VAR_DIR  # noqa: E402

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PICTURE_AVIF_SPEED = 10  # larger files, a tenth of the time
STAFF_EMAILS = ["owner@shop.example"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": Path(VAR_DIR) / "test.sqlite3"}
