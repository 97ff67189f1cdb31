"""Values as they are written in claim files, turned into what the model holds, and back.

A value that cannot be read raises :class:`BadValueError` with words that describe it and never quote it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from scrubber.claims.model import Quantity

_LARGEST = 10**15
_DIGITS = 9
"""Of a count."""
MOST_CODED = 100
"""So many diagnoses, and so many ICD procedures, are read of one claim. The guides have room for 12 diagnoses (837P),
and for 41 of all kinds and 25 procedures (837I); rules look at pairs of them, and a file may hold any number."""


class BadValueError(ValueError):
    """What is wrong with a value, in words that do not contain it."""


def _all_digits(text: str) -> bool:
    """Whether a text is digits 0 to 9, one at least. An expression would take longer to make than a file to read."""
    return text.isascii() and text.isdigit()


def _is_decimal(text: str) -> bool:
    """Whether a text is a decimal number of at most 15 digits before and 9 after the point: ``5``, ``-5.``, ``.5``."""
    whole, _, part = text.removeprefix("-").partition(".")
    return len(whole) <= 15 and len(part) <= 9 and _all_digits(whole + part)


def decimal(text: str) -> Decimal:
    """A plain decimal number of at most 15 digits before and 9 after the point."""
    if not _is_decimal(text):
        raise BadValueError("is not a decimal number")
    return Decimal(text)


def cents(text: str) -> int:
    """An amount of dollars, such as ``100``, ``100.5`` or ``100.00``, as cents."""
    whole, _, part = text.partition(".")
    if len(part) == 2 and len(whole) <= 15 and _all_digits(figures := whole + part):
        return int(figures)  # as nearly every amount is written
    if not _is_decimal(text):
        raise BadValueError("is not an amount of money such as 100 or 100.50")
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
    return int(text) if len(text) <= _DIGITS and _all_digits(text) else plain(decimal(text))


def count(text: str) -> int:
    """A whole number of at most nine digits."""
    if len(text) > _DIGITS or not _all_digits(text):
        raise BadValueError("is not a whole number")
    return int(text)


def day(text: str) -> date:
    """A date of the form CCYYMMDD (X12 date format D8)."""
    if len(text) != 8 or not _all_digits(text):
        raise BadValueError("is not a date of the form CCYYMMDD")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise BadValueError("has the form CCYYMMDD but is no day of the calendar") from None


def iso_day(text: str) -> date:
    """A date of the form YYYY-MM-DD."""
    if len(text) != 10 or not (text[4] == text[7] == "-" and _all_digits(text[:4] + text[5:7] + text[8:])):
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
