"""The cart's cookie: its token and the number of units in it, signed.

So a page can show the count without asking the database.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from shop.cart.models import Cart

NAME = f"{settings.COOKIE_PREFIX}kora_cart"
_signer = Signer(salt="shop.cart")


def read(request: HttpRequest) -> tuple[str, int]:
    """Return the cart's token and its count; ("", 0) without a cookie or with a forged one."""
    try:
        token, count = _signer.unsign(request.COOKIES.get(NAME, "")).split(".")
        return token, int(count)
    except (BadSignature, ValueError):
        return "", 0


def count(request: HttpRequest) -> int:
    """Return the number of units the browser last saw in its cart. No query."""
    return read(request)[1]


def write(response: HttpResponse, *, token: str, units: int) -> None:
    """Remember the cart in the browser for as long as the shop keeps it."""
    response.set_cookie(
        NAME,
        _signer.sign(f"{token}.{units}"),
        max_age=settings.CART_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def renew(request: HttpRequest, response: HttpResponse, cart: Cart | None, *, units: int) -> None:
    """Tell the browser when its cart holds other units than it last saw, or is gone."""
    seen = count(request)
    if cart is None and seen:
        forget(response)
    elif cart is not None and seen != units:
        write(response, token=cart.token, units=units)


def forget(response: HttpResponse) -> None:
    """Drop the cookie: the cart was bought or is gone."""
    response.delete_cookie(NAME, samesite="Lax")
