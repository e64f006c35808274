"""The WSGI application, for granian and gunicorn. Refuses to serve in the wrong mode."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.db import connection  # noqa: E402

from config import modes  # noqa: E402
from foundation.postgresql import waits  # noqa: E402

waits.choose(waits.WEB)
modes.wait_and_refuse_if_wrong()
connection.close()  # requests run in another thread, with a connection of their own
