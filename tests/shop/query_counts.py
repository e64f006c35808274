"""How many queries a page costs, apart from the look at the freshness version a few times a second."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(client: Client, address: str) -> int:
    """Return the number of queries of a GET."""
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return sum(1 for query in context.captured_queries if "foundation_change" not in query["sql"])
