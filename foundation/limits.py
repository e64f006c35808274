"""Rate limits, counted exactly in one table: one UPSERT per question, on SQLite and PostgreSQL.

A window opens with a client's first attempt and lasts the rate's seconds; attempts beyond the
rate's count are refused until it closes. Keys are stored as keyed hashes only.
"""

import hashlib
import hmac
import math
import time
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest

UNKNOWN_IP = "0.0.0.0"  # noqa: S104  # nosec B104 - a name for "no address", nothing binds to it


class LimitCounter(models.Model):
    """How many attempts a key made in its open window. Times in milliseconds since 1970."""

    bucket = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    closes_at_ms = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "key"], name="one_counter_per_key")]

    def __str__(self) -> str:
        return f"{self.bucket} {self.key[:8]}: {self.count}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """May the client go on, and if not, in how many seconds (rounded up)."""

    is_allowed: bool
    retry_after_seconds: int


_COUNT = """
INSERT INTO {table} (bucket, key, count, closes_at_ms) VALUES (%s, %s, 1, %s)
ON CONFLICT (bucket, key) DO UPDATE SET
  count = CASE WHEN {table}.closes_at_ms <= %s THEN 1 ELSE {table}.count + 1 END,
  closes_at_ms = CASE WHEN {table}.closes_at_ms <= %s THEN excluded.closes_at_ms
                      ELSE {table}.closes_at_ms END
RETURNING count, closes_at_ms
"""


def take(*, bucket: str, key: str, rate: tuple[int, int]) -> Verdict:
    """Count one attempt of `key` and say whether `rate` (count, seconds) still allows it.

    Exact under concurrency; one statement. Call it outside a transaction that may roll back:
    a rolled-back attempt is not counted.
    """
    allowed, seconds = rate
    now = now_ms()
    sql = _COUNT.format(table=LimitCounter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(sql, [bucket, keyed_hash(key), now + seconds * 1000, now, now])
        [(count, closes_at)] = cursor.fetchall()
    if count <= allowed:
        return Verdict(is_allowed=True, retry_after_seconds=0)
    return refused(closes_at - now)


def look(*, bucket: str, key: str, rate: tuple[int, int]) -> Verdict:
    """Say whether `rate` still allows one more attempt of `key`, without counting it. One query."""
    allowed, _seconds = rate
    now = now_ms()
    used_up = LimitCounter.objects.filter(bucket=bucket, key=keyed_hash(key), count__gte=allowed)
    closes_at = used_up.filter(closes_at_ms__gt=now).values_list("closes_at_ms", flat=True).first()
    if closes_at is None:
        return Verdict(is_allowed=True, retry_after_seconds=0)
    return refused(closes_at - now)


def refused(rest_ms: int) -> Verdict:
    """Return the verdict of who has to wait so many milliseconds."""
    return Verdict(is_allowed=False, retry_after_seconds=max(1, math.ceil(rest_ms / 1000)))


def forgive(*, bucket: str, key: str) -> None:
    """Forget the attempts of `key`: it turned out to be honest. One statement."""
    LimitCounter.objects.filter(bucket=bucket, key=keyed_hash(key)).delete()


def give_back(*, bucket: str, key: str) -> None:
    """Count one attempt of `key` less, since it was none of those that the limit is for. One statement."""
    mine = LimitCounter.objects.filter(bucket=bucket, key=keyed_hash(key), count__gte=1)
    mine.update(count=models.F("count") - 1)


def purge() -> int:
    """Delete counters whose window is over; returns how many."""
    return LimitCounter.objects.filter(closes_at_ms__lte=now_ms()).delete()[0]


def keyed_hash(text: str) -> str:
    """Return a hash of `text` that cannot be guessed back without SECRET_KEY; 64 hex digits."""
    return hmac.new(_hash_key(settings.SECRET_KEY), text.encode(errors="replace"), hashlib.sha256).hexdigest()


def client_key(request: HttpRequest) -> str:
    """Return what limits count a visitor by: the keyed hash of their network address."""
    return keyed_hash(client_ip(request))


def client_ip(request: HttpRequest) -> str:
    """Return the visitor's address as limits see it: IPv4, or the /64 network of an IPv6 address.

    Behind settings.TRUSTED_PROXIES proxies the address is the one that the outermost of them
    wrote into X-Forwarded-For; whatever the visitor put there himself is left of it.
    """
    address = _forwarded(request) or _parse(request.META.get("REMOTE_ADDR", ""))
    if address is None:
        return UNKNOWN_IP
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 64 << 64, 64)))
    return str(address)


def _forwarded(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    proxies: int = settings.TRUSTED_PROXIES
    if not proxies:
        return None
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return _parse(hops[-proxies] if len(hops) >= proxies else hops[0])


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def now_ms() -> int:
    """Return this moment in milliseconds since 1970."""
    return int(time.time() * 1000)


@cache
def _hash_key(secret: str) -> bytes:
    return hashlib.sha256(b"kora.limits:" + secret.encode()).digest()
