"""Structured data: valid JSON that no text can break out of."""

import json

from foundation import structured_data


def read(block: str) -> dict:
    return json.loads(block.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))


def test_a_title_cannot_end_the_block():
    block = structured_data.script({"name": "</script><script>alert(1)</script> & \u2028 more"})
    assert block.count("<") == 2  # the block's own two tags
    assert read(block)["@graph"] == [{"name": "</script><script>alert(1)</script> & \u2028 more"}]


def test_blanks_are_left_out_but_zero_and_false_stay():
    things = {"a": "", "b": None, "c": [], "d": 0, "e": False, "f": {"g": ""}, "h": [{"i": ""}]}
    assert read(structured_data.script(things))["@graph"] == [{"d": 0, "e": False, "f": {}, "h": [{}]}]


def test_breadcrumbs_end_at_the_page_itself():
    crumbs = [("Home", "/"), ("Journal", "/blog/"), ("Kora", None)]
    thing = structured_data.breadcrumbs(
        crumbs, site_url="https://shop.example", here="https://shop.example/k/"
    )
    assert [item["item"] for item in thing["itemListElement"]] == [
        "https://shop.example/", "https://shop.example/blog/", "https://shop.example/k/",
    ]  # fmt: skip
    assert [item["position"] for item in thing["itemListElement"]] == [1, 2, 3]
