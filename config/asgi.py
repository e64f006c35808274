"""What granian serves: the WSGI application, kept from slow clients."""

from config.wsgi import application as wsgi
from foundation.slow_clients import Patient

application = Patient(wsgi)
