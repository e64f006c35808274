"""Panels of the admin's first page."""

from foundation import admin_panels
from foundation.admin_panels import Panel


def test_panels_come_in_order_and_only_to_those_who_may_see_them(monkeypatch, rf):
    monkeypatch.setattr(admin_panels, "_offers", [])
    orders = Panel("orders to ship", 2, "/admin/shop/order/")
    comments = Panel("comments to moderate", 0, "/admin/comments/comment/")
    for panel in (orders, None, comments):
        admin_panels.register(lambda request, panel=panel: panel)

    assert admin_panels.panels(rf.get("/admin/")) == [orders, comments]


def test_a_panel_registered_twice_is_shown_once(monkeypatch, rf):
    monkeypatch.setattr(admin_panels, "_offers", [])

    def offer(request):
        return Panel("comments", 1, "/")

    admin_panels.register(offer)
    admin_panels.register(offer)

    assert len(admin_panels.panels(rf.get("/admin/"))) == 1
