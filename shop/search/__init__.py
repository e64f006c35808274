"""Full-text search: `search.put`, `remove`, `find` and `ask`. Import once the apps are loading."""

from shop.search.index import Answer, Hit, ask, find, put, remove

__all__ = ["Answer", "Hit", "ask", "find", "put", "remove"]
