"""Going through a page with the Tab key."""

from playwright.sync_api import Page

MANY_TABS = 80
FOCUSED = "document.activeElement"


def go_to(page: Page, text: str) -> None:
    """Press Tab until what begins with `text` has the focus. Raises AssertionError."""
    tab_until(page, f"{FOCUSED}.innerText?.trim().startsWith('{text}')", text)


def tab_until(page: Page, condition: str, what: str) -> None:
    """Press Tab until the condition on the focused element holds. Raises AssertionError."""
    for _stop in range(MANY_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"{what} cannot be reached with Tab")


def stops(page: Page, key: str, times: int) -> list[str]:
    """Press a key so often; return where the focus was each time, as the beginning of its HTML."""
    found = []
    for _stop in range(times):
        page.keyboard.press(key)
        found.append(str(page.evaluate(f"{FOCUSED}.outerHTML.slice(0, 120)")))
    return found
