"""The tests themselves talk to nothing but this machine."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_nothing_beyond_this_machine_can_be_reached():
    refusals = (SocketConnectBlockedError, UserWarning)  # it warns first, and warnings are errors
    with socket.socket() as probe, pytest.raises(refusals, match=r"192\.0\.2\.1"):
        probe.connect(("192.0.2.1", 80))


def test_this_machine_can_be_reached():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
