"""Tables of the foundation: who the shop is, pictures, mail, limits, versions, jobs and workers."""

from foundation.freshness import Change
from foundation.heartbeats import Heartbeat
from foundation.identity import SiteIdentity
from foundation.jobs import BackgroundJob
from foundation.limits import LimitCounter
from foundation.mail import OutboxMail
from foundation.pictures import Picture
from foundation.redirects import Redirect
from foundation.schedules import Schedule

__all__ = [
    "BackgroundJob",
    "Change",
    "Heartbeat",
    "LimitCounter",
    "OutboxMail",
    "Picture",
    "Redirect",
    "Schedule",
    "SiteIdentity",
]
