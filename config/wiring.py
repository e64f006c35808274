"""What each app offers to the others: comment targets, panels, sitemaps, scheduled jobs."""


def connect() -> None:
    """Register everything; called once by ConfigConfig.ready()."""
