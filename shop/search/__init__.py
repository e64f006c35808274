"""Full-text search: `search.put`, `search.remove`, `search.find`. Import once the apps are loading."""

from shop.search.index import Hit, find, put, remove

__all__ = ["Hit", "find", "put", "remove"]
