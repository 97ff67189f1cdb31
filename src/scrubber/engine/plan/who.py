"""Who a plan is for: the payer and the form, and whether a rule's criteria meet them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from scrubber.core.logic import Reason, Truth, Unknown, all_of
from scrubber.packs.model import Applies, Choice


class Who(Struct, frozen=True):
    """What decides a plan: the resolved payer and the form. None is unknown."""

    payer: str | None
    payer_class: str | None
    product: str | None
    state: str | None
    claim_type: str | None


def applies(criteria: Applies, who: Who) -> Truth:
    """Whether criteria hold: unknown where a field they ask for is missing."""
    return all_of([
        _choice(criteria.claim_type, who.claim_type, "missing_field", "claim.type"),
        _choice(criteria.payer, who.payer, "unmapped_payer", "claim.payer"),
        _choice(criteria.payer_class, who.payer_class, "unmapped_payer", "claim.payer_class"),
        _choice(criteria.product, who.product, "missing_field", "claim.product"),
        _choice(criteria.state, who.state, "missing_field", "claim.payer_state"),
    ])  # fmt: skip


def _choice(choice: Choice, value: str | None, kind: Any, field: str) -> Truth:
    if not choice.any_of and not choice.none_of:
        return True
    if value is None:
        return Unknown(Reason(kind, field))
    return (not choice.any_of or value in choice.any_of) and value not in choice.none_of


NATIONAL = frozenset({"ncci", "ncci-medicaid", "ncci-medicaid-managed"})
"""The packs of national edits: they hold for whole classes of payers and speak for none of them."""


def names_payer(criteria: Applies) -> bool:
    """Whether criteria single out payers."""
    return bool(criteria.payer.any_of or criteria.payer_class.any_of)
