"""Filling in the page on which staff corrects an order, as a browser would."""

import html
import re

from tests.shop.papers.reading import text_of

BILLING = {
    "company": "Prater GmbH", "billing_differs": "on", "billing_name": "Eva Gruber",
    "billing_line1": "Praterstraße 9",
    "billing_postal_code": "1020", "billing_city": "Wien", "billing_country": "AT",
}  # fmt: skip


def address_of(order, verb="correct"):
    return f"/admin/shop/order/{order.pk}/{verb}/"


def as_shown(client, order):
    """Return what the form sends when nothing is changed."""
    return fields_in(client.get(address_of(order)))


def fields_in(answer):
    """Return what the form of a page sends as it stands."""
    page = answer.content.decode()
    form = page.split('id="content-main"')[1].split("</form>")[0]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag or " checked" in tag:
            fields[name] = value[1] if value else "on" * ('type="checkbox"' in tag)
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        fields[name] = re.search(r'<option value="([^"]*)" selected', options)[1]
    return {name: html.unescape(text) for name, text in fields.items() if name != "csrfmiddlewaretoken"}


def correct(client, order, **changes):
    answer = client.post(address_of(order), as_shown(client, order) | changes)
    order.refresh_from_db()
    return answer


def events(order):
    return list(order.events.values_list("text", "staff__username"))


def pdf(client, paper):
    return text_of(client.get(paper.get_absolute_url()).content)
