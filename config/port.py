"""Can we listen here? Asked before anything slow: `python3 config/port.py HOST PORT`.

Standard library only, since it runs before the packages are there.
"""

import socket
import sys


def refusal(host: str, port: str) -> str:
    """Return why nobody can listen on host and port, or nothing."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return f"PORT={port!r} is not a port: it must be a number from 1 to 65535."
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, int(port)))
    except OSError as error:
        return f"Port {port} on {host} cannot be used: {error.strerror}. Another one: PORT=9000 make run"
    return ""


if __name__ == "__main__":
    message = refusal(sys.argv[1], sys.argv[2])
    sys.exit(f"kora: {message}" if message else 0)
