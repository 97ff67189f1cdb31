"""Completed years, months and days of age.

Age is completed on the anniversary of birth; where the month lacks that day (born on 29 February, or on the 31st) it is
completed on the first day of the following month.
"""

from __future__ import annotations

from datetime import date


def years(birth: date | None, on: date | None) -> int | None:
    """Completed years; None where either date is missing or birth is later."""
    if birth is None or on is None or on < birth:
        return None
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def months(birth: date | None, on: date | None) -> int | None:
    """Completed months; None where either date is missing or birth is later."""
    if birth is None or on is None or on < birth:
        return None
    return (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)


def days(birth: date | None, on: date | None) -> int | None:
    """Days since birth, 0 on the day itself; None where either date is missing or birth is later."""
    if birth is None or on is None or on < birth:
        return None
    return (on - birth).days
