"""How a variant is called with its product, and how long that can get; no Django."""

LONGEST_TITLE, LONGEST_OPTION = 160, 60  # characters
_BEFORE_OPTIONS, _BETWEEN_OPTIONS = " - ", " / "
LONGEST_FULL_TITLE = LONGEST_TITLE + len(_BEFORE_OPTIONS) + 3 * LONGEST_OPTION + 2 * len(_BETWEEN_OPTIONS)


def of_options(*options: str) -> str:
    """Return the chosen options, such as "Large, 60 cm / Natural"; empty for a single variant."""
    return _BETWEEN_OPTIONS.join(option for option in options if option)


def full(title: str, options: str) -> str:
    """Return a product's title with the options of a variant, as on an order line."""
    return f"{title}{_BEFORE_OPTIONS}{options}" if options else title
