"""Pauses that grow with each failure in a row: guessing becomes slow, and nobody is locked out for good.

Counted in the table of foundation.limits by one UPSERT a question, exact under concurrency. A refused attempt
counts nothing and makes no pause longer, so whoever waits gets a turn.
"""

from dataclasses import dataclass

from django.db import connection

from foundation.limits import LimitCounter, Verdict, forgive, keyed_hash, now_ms, refused


@dataclass(frozen=True, slots=True)
class Pauses:
    """After `free` attempts in a row the pauses double from `first` to `longest`; durations in seconds.

    The attempts are forgotten `memory` after the last of them.
    """

    free: int
    first: int
    longest: int
    memory: int

    def after(self, count: int) -> int:
        """Return the pause after so many attempts in a row, in seconds."""
        if count < self.free:
            return 0
        return min(self.first << min(count - self.free, 30), self.longest)


_COUNT = """
INSERT INTO {table} AS c (bucket, key, count, closes_at_ms) VALUES (%s, %s, 1, %s)
ON CONFLICT (bucket, key) DO UPDATE SET
  count = CASE WHEN c.closes_at_ms <= %s THEN 1 ELSE c.count + 1 END,
  closes_at_ms = excluded.closes_at_ms
WHERE c.closes_at_ms <= %s OR c.closes_at_ms <= {allowed_until}
RETURNING count
"""


def take(*, bucket: str, key: str, pauses: Pauses) -> Verdict:
    """Count one attempt of `key` unless it has to wait. One statement, two when it has to.

    Call it outside a transaction that may roll back: a rolled-back attempt is not counted.
    """
    now, hashed = now_ms(), keyed_hash(key)
    closes_at = now + pauses.memory * 1000
    sql = _COUNT.format(table=LimitCounter._meta.db_table, allowed_until=_allowed_until(pauses, closes_at))
    with connection.cursor() as cursor:
        cursor.execute(sql, [bucket, hashed, closes_at, now, now])
        if cursor.fetchall():
            return Verdict(is_allowed=True, retry_after_seconds=0)
    row = LimitCounter.objects.filter(bucket=bucket, key=hashed).first()
    if row is None:  # forgiven meanwhile
        return Verdict(is_allowed=True, retry_after_seconds=0)
    last_at = row.closes_at_ms - pauses.memory * 1000
    return refused(max(0, last_at + pauses.after(row.count) * 1000 - now))


def end(*, bucket: str, key: str) -> None:
    """Forget the failures of `key`: it turned out to be honest. One statement."""
    forgive(bucket=bucket, key=key)


def _allowed_until(pauses: Pauses, closes_at: int) -> str:
    """Return SQL for the largest `closes_at_ms` that a row may have to be allowed another attempt.

    The last attempt was `memory` before that moment, so its pause is over when closes_at_ms plus the pause
    has come to what it would be set to now. Whole numbers alone go into the text.
    """
    counts = range(pauses.free + 32)
    cases = " ".join(f"WHEN {count} THEN {pauses.after(count) * 1000}" for count in counts)
    return f"{closes_at} - CASE c.count {cases} ELSE {pauses.longest * 1000} END"
