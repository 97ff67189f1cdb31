"""Money is an ``int`` of cents: reading and writing it."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

_MONEY = r"(-?)\$?([0-9]{1,15})?(?:\.([0-9]{1,2}))?"
"""Compiled where an amount is first read: a check of claims reads amounts in another way."""


def parse_money(text: str) -> int:
    """Cents of ``150``, ``150.5``, ``.50``, ``$150.00`` or ``-3.10``.

    Raises:
        ValueError: the text is not an amount, or has parts of a cent.
    """
    match = re.fullmatch(_MONEY, text.strip())
    if match is None or (match[2] is None and match[3] is None):
        raise ValueError("not an amount of money: write it like 150.00")
    cents = int(match[2] or 0) * 100 + int((match[3] or "0").ljust(2, "0"))
    return -cents if match[1] else cents


def format_money(cents: int) -> str:
    """``150.00``: two decimals, no currency sign, as the 837 and the JSON results write amounts."""
    if cents < 0:
        return f"-{format_money(-cents)}"
    return f"{cents // 100}.{cents % 100:02d}"


def whole_cents(amount: Decimal) -> int:
    """An amount in cents rounded to the nearest cent, halves away from zero."""
    return int(amount.to_integral_value(ROUND_HALF_UP))
