"""Which goods EU law lets a buyer withdraw from, and what the buyer reads of those it does not.

Source: Directive 2011/83/EU, article 16; docs/returns.md, "Exceptions".
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WithdrawalRule(models.TextChoices):
    """What becomes of the right of withdrawal; most goods have it."""

    ALLOWED = "", _("As for most goods")
    SEALED = "sealed", _("Sealed, such as reeds or recordings: only while the seal is unbroken")
    MADE_TO_ORDER = "made_to_order", _("Made to order or personalised: none")
    PERISHABLE = "perishable", _("Goes off quickly: none")


EXCLUDED = frozenset({WithdrawalRule.MADE_TO_ORDER, WithdrawalRule.PERISHABLE})

_SENTENCES = {
    WithdrawalRule.SEALED: _("You can withdraw from it only while its seal is unbroken."),
    WithdrawalRule.MADE_TO_ORDER: _("It is made for you, so you cannot withdraw from it."),
    WithdrawalRule.PERISHABLE: _("It goes off quickly, so you cannot withdraw from it."),
}


def sentence(rule: str) -> str:
    """Return what a buyer should know before and after buying; empty for most goods."""
    return str(_SENTENCES.get(WithdrawalRule(rule), ""))
