"""Tables of the foundation: who the shop is, pictures, mail, limits, versions and heartbeats."""

from foundation.identity import SiteIdentity
from foundation.pictures import Picture

__all__ = ["Picture", "SiteIdentity"]
