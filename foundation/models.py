"""Tables of the foundation: who the shop is, pictures, mail, limits, versions and heartbeats."""

from foundation.freshness import Change
from foundation.identity import SiteIdentity
from foundation.jobs import BackgroundJob, Heartbeat, Schedule
from foundation.limits import LimitCounter
from foundation.mail import OutboxMail
from foundation.pictures import Picture

__all__ = [
    "BackgroundJob",
    "Change",
    "Heartbeat",
    "LimitCounter",
    "OutboxMail",
    "Picture",
    "Schedule",
    "SiteIdentity",
]
