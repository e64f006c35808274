"""Fixtures for all tests: the fixed cast and a closed network."""

import pytest
from django.contrib.auth.models import User
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_network_beyond_loopback():
    """Block every socket that is not loopback."""
    disable_socket(allow_unix_socket=True)
    from pytest_socket import socket_allow_hosts

    enable_socket()
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture
def owner(db) -> User:
    """The owner: may do everything."""
    return User.objects.create_superuser("owner", "owner@shop.example", "owner-password")
