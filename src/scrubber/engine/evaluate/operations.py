"""Operations on known values, shared by the evaluators: exact arithmetic, dates, and ordering."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from scrubber.core.dates import add_duration
from scrubber.core.money import whole_cents
from scrubber.core.types import Type

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def number(text: str) -> int | Decimal:
    """A number from its decimal text: ``int`` where it is whole."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else value


def plus(left: Any, right: Any) -> Any:
    """Numbers and money add; a date takes a duration."""
    if isinstance(left, date):
        return add_duration(left, right[0], right[1])
    if isinstance(right, date):
        return add_duration(right, left[0], left[1])
    return left + right


def minus(left: Any, right: Any) -> Any:
    """Numbers and money subtract; a date takes a duration, or another date and gives days."""
    if isinstance(left, date):
        if isinstance(right, date):
            return (left - right).days
        return add_duration(left, -right[0], right[1])
    return left - right


def times(left: Any, right: Any) -> Any:
    """Exact product."""
    return left * right


def over(left: Any, right: Any) -> int | Decimal | None:
    """Quotient to 28 digits, an ``int`` where it is whole; None (missing) where the divisor is zero."""
    if right == 0:
        return None
    quotient = Decimal(left) / Decimal(right)
    return int(quotient) if quotient == quotient.to_integral_value() else quotient


def cents_times(left: Any, right: Any) -> int:
    """Money times a number, to the nearest cent."""
    return whole_cents(Decimal(left) * Decimal(right))


def cents_over(left: Any, right: Any) -> int | None:
    """Money divided by a number, to the nearest cent; None (missing) where the number is zero."""
    return None if right == 0 else whole_cents(Decimal(left) / Decimal(right))


_PLAIN: dict[str, Callable[[Any, Any], Any]] = {"+": plus, "-": minus, "*": times, "/": over}
_MONEY: dict[str, Callable[[Any, Any], Any]] = {"+": plus, "-": minus, "*": cents_times, "/": cents_over}


def arithmetic(op: str, result: Type) -> Callable[[Any, Any], Any]:
    """The function of an operator whose result is of that type."""
    return (_MONEY if result.kind == "money" else _PLAIN)[op]


def within(day: date, duration: tuple[int, str], direction: str, anchor: date) -> bool:
    """``before`` excludes the anchor's day and includes the far day; ``after`` likewise; ``of`` is both and the day."""
    count, unit = duration
    # A far day beyond the calendar's end bounds nothing.
    earliest = add_duration(anchor, -count, unit) or date.min
    latest = add_duration(anchor, count, unit) or date.max
    if direction == "before":
        return earliest <= day < anchor
    if direction == "after":
        return anchor < day <= latest
    return earliest <= day <= latest
