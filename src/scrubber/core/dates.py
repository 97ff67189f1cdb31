"""Date arithmetic of the language: months that clamp, weekends, and the federal holidays of the United States."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

CALENDARS = ("none", "weekends", "federal")
"""``none``: every day is a workday. ``weekends``: Monday to Friday are. ``federal``: less the federal holidays."""

UNITS = ("day", "month", "year")


def add_duration(day: date, count: int, unit: str, sign: int = 1) -> date | None:
    """``day`` plus (``sign`` 1) or minus (-1) a count of days, months or years; None where the calendar ends.

    A month or year later than a day its month does not have is that month's last day: 31 January plus one month is
    28 or 29 February, and 29 February plus one year is 28 February.
    """
    try:
        if unit == "day":
            return day + timedelta(days=sign * count)
        months = day.year * 12 + day.month - 1 + sign * count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, _days_in(year, month + 1)))
    except (OverflowError, ValueError):
        return None


def days_between(first: date, last: date) -> int:
    """Days from ``first`` to ``last``; negative where ``last`` is earlier."""
    return (last - first).days


def completed_years(birth: date, day: date) -> int:
    """Age in completed years; someone born on 29 February turns a year older on 1 March of a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def completed_months(birth: date, day: date) -> int:
    """Age in completed months."""
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)


def _days_in(year: int, month: int) -> int:
    return 31 if month == 12 else (date(year, month + 1, 1) - date(year, month, 1)).days


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last(year: int, month: int, weekday: int) -> date:
    end = date(year, month, _days_in(year, month))
    return end - timedelta(days=(end.weekday() - weekday) % 7)


def _observed(day: date) -> date:
    """Saturday's holiday is kept on Friday, Sunday's on Monday (5 U.S.C. 6103(b), Executive Order 11582)."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


@lru_cache(maxsize=256)
def federal_holidays(year: int) -> frozenset[date]:
    """The days of ``year`` on which federal offices are closed (5 U.S.C. 6103), as observed.

    Holds New Year's Day of the next year where it is observed on 31 December. Martin Luther King Jr. Day counts from
    1986, Juneteenth from 2021. Inauguration Day is local to the capital and left out.
    """
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    if year >= 2021:
        fixed.append(date(year, 6, 19))
    if year < date.max.year:
        fixed.append(date(year + 1, 1, 1))
    days = {_observed(day) for day in fixed}
    days |= {_nth(year, 2, 0, 3), _last(year, 5, 0), _nth(year, 9, 0, 1), _nth(year, 10, 0, 2), _nth(year, 11, 3, 4)}
    if year >= 1986:
        days.add(_nth(year, 1, 0, 3))
    return frozenset(day for day in days if day.year == year)


def is_workday(day: date, calendar: str) -> bool:
    """Whether ``day`` is worked under one of :data:`CALENDARS`."""
    if calendar == "none":
        return True
    if day.weekday() >= 5:
        return False
    return calendar != "federal" or day not in federal_holidays(day.year)


def next_workday(day: date, calendar: str) -> date | None:
    """``day`` itself where it is a workday, else the first workday after it; None where the calendar ends."""
    try:
        while not is_workday(day, calendar):
            day += timedelta(days=1)
    except OverflowError:
        return None
    return day
