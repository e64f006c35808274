"""What a log may say: no token of an order, and of what strangers try one quiet line."""

import logging
import re

_TOKENS = re.compile(r"(/(?:orders|pay/demo)/)[\w%-]{8,}")


class WithoutTokens(logging.Formatter):
    """Writes a record, its traceback too, with the tokens of orders cut out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text."""
        return _TOKENS.sub(r"\1...", super().format(record))


class QuietRefusals(logging.Filter):
    """Turns what Django refused for safety, such as an unknown host, into one warning without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record; every record passes."""
        if record.name.startswith("django.security"):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = record.getMessage().partition("\n")[0][:300], ()
            record.exc_info = record.exc_text = None
        return True
