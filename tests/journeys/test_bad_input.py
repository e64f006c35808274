"""A form sent back empty: the summary speaks first, leads to each field, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_half_empty_checkout_leads_to_what_is_missing_and_keeps_the_rest(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = visit(javascript=javascript)
    way.add_to_cart(page, "atlas-frame-drum")
    way.follow(page.get_by_role("button", name="Go to checkout"))
    page.get_by_label("City").fill("Chicago")
    page.get_by_label("Country").select_option("US")
    way.order(page)

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.get_by_label("City")).to_have_value("Chicago")
    expect(page.get_by_label("Country")).to_have_value("US")
    assert_accessible(page, has_scripts=javascript)
    summary.get_by_role("link", name="E-mail").click()
    field = page.get_by_label("E-mail")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("Enter your e-mail address"))
