"""Values as they are written in claim files, turned into what the model holds, and back.

A value that cannot be read raises :class:`BadValueError` with words that describe it and never quote it.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from scrubber.claims.model import Quantity

_DECIMAL = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})", re.ASCII)
_DAY = re.compile(r"[0-9]{8}", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LARGEST = 10**15
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)
MOST_CODED = 100
"""So many diagnoses, and so many ICD procedures, are read of one claim. The guides have room for 12 diagnoses (837P),
and for 41 of all kinds and 25 procedures (837I); rules look at pairs of them, and a file may hold any number."""


class BadValueError(ValueError):
    """What is wrong with a value, in words that do not contain it."""


def decimal(text: str) -> Decimal:
    """A plain decimal number of at most 15 digits before and 9 after the point."""
    if _DECIMAL.fullmatch(text) is None:
        raise BadValueError("is not a decimal number")
    return Decimal(text)


def cents(text: str) -> int:
    """An amount of dollars, such as ``100``, ``100.5`` or ``100.00``, as cents."""
    if _DECIMAL.fullmatch(text) is None:
        raise BadValueError("is not an amount of money such as 100 or 100.50")
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    if len(part) > 2:
        raise BadValueError("is an amount of money with more than two decimal places")
    amount = int(whole.lstrip("-") or "0") * 100 + int(part.ljust(2, "0"))
    return -amount if whole.startswith("-") else amount


def cents_of(amount: int | float | str | Decimal) -> int:
    """An amount of dollars, however JSON gave it, as cents."""
    if isinstance(amount, str):
        return cents(amount.strip())
    if isinstance(amount, int):
        if abs(amount) >= _LARGEST:
            raise BadValueError("is not an amount of money such as 100 or 100.50")
        return amount * 100
    exact = Decimal(repr(amount)) if isinstance(amount, float) else amount
    if not exact.is_finite() or exact.adjusted() > 15:
        raise BadValueError("is not an amount of money such as 100 or 100.50")
    scaled = exact * 100
    whole = int(scaled)
    if whole != scaled:
        raise BadValueError("is an amount of money with more than two decimal places")
    return whole


def plain(number: Quantity) -> Quantity:
    """The number as an ``int`` where it is whole: ``1.00`` is ``1``."""
    if isinstance(number, int):
        if abs(number) >= _LARGEST:
            raise BadValueError("is not a number of at most 15 digits")
        return number
    if not number.is_finite() or abs(number.adjusted()) > 15:
        raise BadValueError("is not a decimal number")
    whole = int(number)
    return whole if whole == number else number


def quantity(text: str) -> Quantity:
    """A decimal number, as an ``int`` where it is whole."""
    return int(text) if _COUNT.fullmatch(text) is not None else plain(decimal(text))


def count(text: str) -> int:
    """A whole number of at most nine digits."""
    if _COUNT.fullmatch(text) is None:
        raise BadValueError("is not a whole number")
    return int(text)


def day(text: str) -> date:
    """A date of the form CCYYMMDD (X12 date format D8)."""
    if _DAY.fullmatch(text) is None:
        raise BadValueError("is not a date of the form CCYYMMDD")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise BadValueError("has the form CCYYMMDD but is no day of the calendar") from None


def iso_day(text: str) -> date:
    """A date of the form YYYY-MM-DD."""
    if _ISO_DAY.fullmatch(text) is None:
        raise BadValueError("is not a date of the form YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValueError("has the form YYYY-MM-DD but is no day of the calendar") from None


def dollars(amount: int) -> str:
    """Cents as dollars with two decimal places."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def x12_dollars(amount: int) -> str:
    """Cents as X12 writes an amount: no trailing zeros after the point (data type R)."""
    return dollars(amount).removesuffix("00").rstrip(".") if amount % 100 == 0 else dollars(amount)


def digits(number: Quantity) -> str:
    """A quantity in plain digits, never in scientific notation."""
    return str(number) if isinstance(number, int) else format(number, "f")
