"""The demo's content, from config/demo/: a believable shop to look at and to try out."""

from config.demo_content.loading import is_loaded, load

__all__ = ["is_loaded", "load"]
