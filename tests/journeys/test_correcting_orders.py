"""The owner mends an order: what the buyer mistyped, a note, a mail once more."""

import pytest
from playwright.sync_api import expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit
from tests.journeys.test_order_desk import buy, open_order

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_owner_corrects_an_order_sends_a_mail_again_and_adds_a_note(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    staff = visit(javascript=javascript)
    number = buy(visit(javascript=javascript), "altiplano-chajchas")
    open_order(staff, number)
    way.follow(staff.get_by_role("link", name="Correct e-mail or addresses"))
    assert_accessible(staff, has_scripts=javascript)
    staff.get_by_label("E-mail").fill("maria@")
    staff.locator("#id_line1").fill("242 Valencia Street")
    way.follow(staff.get_by_role("button", name="Save the corrections"))
    expect(staff.locator("#id_email_error")).to_contain_text("Enter an e-mail address")
    expect(staff.locator("#id_line1")).to_have_value("242 Valencia Street")
    staff.get_by_label("E-mail").fill("maria@right.example")
    way.follow(staff.get_by_role("button", name="Save the corrections"))
    content = staff.locator("#content")
    expect(staff.locator(".messagelist")).to_contain_text(f"Order #{number} is corrected.")
    expect(content).to_contain_text("240 Valencia Street → 242 Valencia Street")
    expect(content).to_contain_text("maria.lopez@buyer.example → maria@right.example")

    staff.get_by_label("Mail", exact=True).select_option(index=0)
    way.follow(staff.get_by_role("button", name="Send again"))
    expect(staff.locator(".messagelist")).to_contain_text("The mail goes to maria@right.example again.")
    staff.get_by_label("Note", exact=True).fill("She rings at the blue door.")
    way.follow(staff.get_by_role("button", name="Add the note"))
    expect(staff.locator("#content")).to_contain_text("She rings at the blue door.")
    assert_accessible(staff, has_scripts=javascript)
