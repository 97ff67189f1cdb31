"""The closed list of functions. All are total: given a missing argument they give missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from scrubber.core import dates
from scrubber.core.code_systems import code_system
from scrubber.core.types import CALENDAR, DATE, FLAG, NUMBER, TEXT, Type, code


class Function(Struct, frozen=True):
    """A function of the language.

    ``parameters`` names its arguments and their types. ``implementation`` takes plain values (codes and texts as
    ``str``, numbers as ``int`` or ``Decimal``, dates as ``date``, a calendar as its name) and never raises for them;
    where any argument is None it gives None, which is missing.
    """

    name: str
    parameters: tuple[tuple[str, Type], ...]
    result: Type
    meaning: str
    implementation: Callable[..., Any]
    source: str = ""

    @property
    def signature(self) -> str:
        """``next_workday(day, calendar)``."""
        return f"{self.name}({', '.join(name for name, _ in self.parameters)})"


def _total(function: Callable[..., Any]) -> Callable[..., Any]:
    def implementation(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return implementation


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


@lru_cache(maxsize=4096)
def valid_npi(npi: str) -> bool:
    """Ten digits that pass Luhn behind the issuer prefix 80840 (45 CFR 162.406(a))."""
    return len(npi) == 10 and npi.isascii() and npi.isdigit() and luhn(f"80840{npi}")


def valid_ndc(ndc: str) -> bool:
    """Eleven digits, 5-4-2, not all zero."""
    return re.fullmatch(r"[0-9]{11}", ndc) is not None and ndc != "0" * 11


def valid_clia(number: str) -> bool:
    """Ten characters: two digits, D, seven digits."""
    return re.fullmatch(r"[0-9]{2}D[0-9]{7}", number.strip().upper()) is not None


def valid_taxonomy(taxonomy: str) -> bool:
    """Ten characters in the form of the provider taxonomy: 207Q00000X."""
    return code_system("taxonomy").fits(taxonomy)


def _next_workday(day: date, calendar: str) -> date | None:
    return dates.next_workday(day, calendar)


_ALL = (
    Function("valid_npi", (("npi", code("npi")),), FLAG,
             "Whether the number has ten digits and its check digit is right.", _total(valid_npi),
             "45 CFR 162.406(a); check digit: Luhn over 80840 and the number"),
    Function("valid_ndc", (("ndc", code("ndc")),), FLAG,
             "Whether the drug code has the eleven digits of the 5-4-2 form.", _total(valid_ndc),
             "837 guide X222A1, 2410 LIN03"),
    Function("valid_clia", (("clia", TEXT),), FLAG,
             "Whether the number has the form of a CLIA number: two digits, D, seven digits.", _total(valid_clia),
             "837 guide X222A1, 2300 REF*X4"),
    Function("valid_taxonomy", (("taxonomy", code("taxonomy")),), FLAG,
             "Whether the code has the form of a provider taxonomy code.", _total(valid_taxonomy),
             "NUCC provider taxonomy"),
    Function("next_workday", (("day", DATE), ("calendar", CALENDAR)), DATE,
             "The day itself where the calendar works on it, else the first workday after it.", _total(_next_workday),
             "5 U.S.C. 6103 for the federal calendar"),
    Function("days_between", (("first", DATE), ("last", DATE)), NUMBER,
             "Days from the first date to the last; negative where the last is earlier.",
             _total(dates.days_between)),
    Function("length", (("text", TEXT),), NUMBER, "Number of characters, blanks at the ends not counted.",
             _total(lambda text: len(text.strip()))),
    Function("year", (("day", DATE),), NUMBER, "The year of a date.", _total(lambda day: day.year)),
    Function("month", (("day", DATE),), NUMBER, "The month of a date, 1 to 12.", _total(lambda day: day.month)),
    Function("weekday", (("day", DATE),), NUMBER, "The day of the week of a date, 1 Monday to 7 Sunday.",
             _total(lambda day: day.isoweekday())),
)  # fmt: skip

FUNCTIONS: Final = MappingProxyType({function.name: function for function in _ALL})
"""Every function by name, in the order they are documented."""
