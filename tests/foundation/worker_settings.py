"""Settings of worker processes that tests start: the tests' own database, by its real name."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
WORKER_SILENT_SECONDS = float(os.environ.get("TEST_WORKER_SILENT_SECONDS", "30"))
if "TEST_EMAIL_PORT" in os.environ:
    EMAIL_BACKEND = "foundation.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["TEST_EMAIL_PORT"])
    EMAIL_TIMEOUT = int(os.environ["TEST_EMAIL_TIMEOUT"])
