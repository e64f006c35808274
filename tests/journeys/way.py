"""The ways through the shop that several journeys and the screenshots take."""

import time
from collections.abc import Callable, Iterator

from playwright.sync_api import Locator, Page

DEADLINE_SECONDS = 20  # for what the worker or another process does
PUBLIC_PAGES = {
    "home": "/",
    "collections": "/collections/",
    "collection": "/collections/flutes-and-panpipes/",
    "all-instruments": "/collections/all/",
    "all-instruments-narrowed": "/collections/all/?region=west-africa&in_stock=1&price_min=50&sort=price-up",
    "all-instruments-none": "/collections/all/?region=west-africa&option-key=C",
    "all-instruments-refused": "/collections/all/?price_min=cheap",
    "product": "/products/antares-bamboo-panpipes/",
    "product-with-options": "/products/bansuri-bamboo-flute/",
    "product-on-sale": "/products/atlas-frame-drum/",
    "product-sold-out": "/products/quena-andean-flute/",
    "search": "/search/?q=flute",
    "search-without-result": "/search/?q=theremin",
    "search-empty": "/search/",
    "cart-empty": "/cart/",
    "blog": "/blog/",
    "blog-category": "/blog/category/music/",
    "blog-tag": "/blog/tag/listening/",
    "blog-author": "/blog/author/hanna-brenner/",
    "article": "/blog/what-is-music-therapy/",
    "about": "/pages/about/",
    "legal-notice": "/pages/legal-notice/",
    "missing": "/products/no-such-thing/",  # answers 404
}
STAFF_PAGES = {
    "admin": "/admin/",
    "admin-comments": "/admin/comments/comment/",
    "admin-comment": "/admin/comments/comment/1/change/",
    "admin-articles": "/admin/blog/article/",
    "admin-article": "/admin/blog/article/1/change/",
    "admin-article-new": "/admin/blog/article/add/",
    "admin-page": "/admin/blog/page/1/change/",
    "admin-products": "/admin/shop/product/",
    "admin-product": "/admin/shop/product/1/change/",
    "admin-variant": "/admin/shop/variant/1/change/",
    "admin-movements": "/admin/shop/stockmovement/",
    "admin-movement-new": "/admin/shop/stockmovement/add/",
    "admin-gift-cards": "/admin/shop/giftcard/",
    "admin-gift-card-new": "/admin/shop/giftcard/add/",
    "admin-zone": "/admin/shop/shippingzone/1/change/",
    "admin-tax-rates": "/admin/shop/taxrate/",
    "admin-tax-rate": "/admin/shop/taxrate/1/change/",
    "admin-tax-classes": "/admin/shop/taxclass/",
    "admin-pictures": "/admin/foundation/picture/",
    "admin-mails": "/admin/foundation/outboxmail/",
    "admin-mail-previews": "/admin/shop/order/mails/",
    "admin-jobs": "/admin/foundation/backgroundjob/",
    "admin-shop-details": "/admin/foundation/siteidentity/",
    "admin-orders": "/admin/shop/order/",
}
US_ADDRESS = {
    "E-mail": "maria.lopez@buyer.example",
    "Full name": "María López",
    "Address": "240 Valencia Street",
    "Postal code": "94103",
    "City": "San Francisco",
    "State or region": "CA",
}
# When it is sent, not before: what is typed makes the page count anew, and an answer may still be on its way.
AS_IF_ANOTHER_TOTAL_WAS_SHOWN = """
form => form.addEventListener("submit", () => { form.elements.shown_total.value = "USD1" })
"""


def follow(control: Locator) -> None:
    """Press a link or a submit button and wait until the page it leads to is there."""
    with control.page.expect_navigation(wait_until="load"):
        control.click()


def wait_for_htmx(page: Page) -> None:
    """Wait until forms are sent in place: htmx comes after the page."""
    until(lambda: page.evaluate("'htmx' in window"), otherwise=lambda: None, what="htmx")


def add_to_cart(page: Page, slug: str) -> None:
    """Open a product, put one of it into the cart and go to the cart's page."""
    page.goto(f"/products/{slug}/")
    put_into_cart(page)


def put_into_cart(page: Page) -> None:
    """Press "Add to cart" and go to the cart's page: at once, or through the drawer where scripts run."""
    page.get_by_role("button", name="Add to cart").click()
    page.locator("#cart").wait_for()
    drawer = page.get_by_role("dialog", name="Your cart")
    if drawer.count():
        follow(drawer.get_by_role("link", name="To the cart's own page"))


def fill_address(page: Page) -> None:
    """Fill the checkout form with an address in California; where scripts run, its total is shown at once."""
    if has_scripts(page):
        wait_for_htmx(page)
    page.get_by_label("Country").select_option("US")
    if has_scripts(page):
        wait_for_american_rules(page)
    for label, text in US_ADDRESS.items():
        page.get_by_label(label, exact=False).first.fill(text)


def has_scripts(page: Page) -> bool:
    """Return whether the page's own scripts run."""
    return bool(page.evaluate("matchMedia('(scripting: enabled)').matches"))


def wait_for_american_rules(page: Page) -> None:
    """Wait until the checkout has followed the choice of the country."""
    page.locator("#id_postal_code_helptext", has_text="ZIP code").wait_for()


def order(page: Page) -> None:
    """Press the button that orders what the cart holds."""
    follow(page.get_by_role("button", name="Order and pay"))


def go_to_payment(page: Page, slug: str) -> None:
    """Order one of a product and stop at the demo's payment page."""
    add_to_cart(page, slug)
    follow(page.get_by_role("button", name="Go to checkout"))
    fill_address(page)
    if not has_scripts(page):
        order(page)  # shows the form again, with the total for this address
    order(page)
    page.get_by_role("heading", name="Demo payment").wait_for()


def pay(page: Page) -> None:
    """Pay at the demo's payment page and arrive at the paid order."""
    follow(page.locator("button[value=pay]"))
    page.locator("[data-status=paid]").wait_for()


def public_pages(page: Page) -> Iterator[str]:
    """Open each kind of public page in turn; yield its name while it stands."""
    for name, path in PUBLIC_PAGES.items():
        page.goto(path)
        yield name


def buyers_pages(page: Page, slug: str) -> Iterator[str]:
    """Go the way of a buyer who makes every mistake once; yield each page's name while it stands."""
    page.goto(f"/products/{slug}/")
    page.locator("form[action='/cart/add/']").evaluate("form => form.noValidate = true")
    page.get_by_label("Quantity").fill("5000")
    page.get_by_role("button", name="Add to cart").click()
    page.locator(".error-summary").wait_for()
    yield "product-refused"
    add_to_cart(page, slug)
    yield "cart"
    page.get_by_label("Quantity").fill("800")
    follow(page.get_by_role("button", name="Update cart"))
    yield "cart-refused"
    page.get_by_label("Quantity").fill("1")
    follow(page.get_by_role("button", name="Go to checkout"))
    yield "checkout"
    order(page)
    yield "checkout-refused"
    fill_address(page)
    page.locator("form.checkout").evaluate(AS_IF_ANOTHER_TOTAL_WAS_SHOWN)
    order(page)
    yield "checkout-new-total"
    order(page)
    yield "payment"
    follow(page.locator("button[value=decline]"))
    page.locator("[data-status=pending]").wait_for()
    yield "order-waiting"
    follow(page.get_by_role("button", name="Pay now"))
    yield "payment-declined"
    pay(page)
    yield "order-paid"
    follow(page.get_by_role("link", name="Cancel this order"))
    yield "order-cancel"
    follow(page.get_by_role("button", name="Cancel the order"))
    yield "order-cancelled"


def commenters_pages(page: Page) -> Iterator[str]:
    """Send a comment back half empty, then whole; yield each page's name while it stands."""
    page.goto(PUBLIC_PAGES["article"])
    page.locator(".comment-form").evaluate("form => form.noValidate = true")
    follow(page.get_by_role("button", name="Post comment"))
    yield "comment-refused"
    page.get_by_label("Name", exact=True).fill("Ines Duarte")
    page.get_by_label("E-mail").fill("ines@reader.example")
    page.get_by_role("textbox", name="Comment").fill("We hum along to the rainstick every evening now.")
    follow(page.get_by_role("button", name="Post comment"))
    yield "comment-waiting"


def staff_pages(page: Page, password: str) -> Iterator[str]:
    """Sign in as the owner and open each kind of staff page; yield its name while it stands."""
    page.goto("/admin/login/")
    yield "admin-login"
    sign_in(page, "owner", password)
    for name, path in STAFF_PAGES.items():
        page.goto(path)
        yield name
    follow(page.locator("#result_list tbody th a").first)
    yield "admin-order"


def sign_in(page: Page, name: str, password: str) -> None:
    """Sign in at the admin and arrive at its first page."""
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    follow(page.get_by_role("button", name="Log in"))


def until(is_true: Callable[[], bool], *, otherwise: Callable[[], object], what: str) -> None:
    """Ask until the answer is yes, doing `otherwise` between; fail after DEADLINE_SECONDS."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.2)
        otherwise()
