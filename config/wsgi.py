"""The WSGI application, for granian and gunicorn. Refuses to serve in the wrong mode."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from django.db import connection  # noqa: E402

from config import modes  # noqa: E402
from foundation.malformed import Application  # noqa: E402
from foundation.postgresql import waits  # noqa: E402

application = Application()

waits.choose(waits.WEB)
modes.wait_and_refuse_if_wrong()
connection.close()  # requests run in another thread, with a connection of their own
