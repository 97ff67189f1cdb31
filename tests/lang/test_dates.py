"""Date arithmetic: clamped months, workdays, federal holidays, ages."""

from __future__ import annotations

from datetime import date

import pytest

from scrubber.core.dates import (
    add_duration,
    completed_months,
    completed_years,
    days_between,
    federal_holidays,
    is_workday,
    next_workday,
)


@pytest.mark.parametrize(
    ("day", "count", "unit", "sign", "result"),
    [
        ("2024-01-31", 1, "month", 1, "2024-02-29"),
        ("2023-01-31", 1, "month", 1, "2023-02-28"),
        ("2024-03-31", 1, "month", -1, "2024-02-29"),
        ("2024-01-30", 1, "month", 1, "2024-02-29"),
        ("2024-01-28", 1, "month", 1, "2024-02-28"),
        ("2024-02-29", 1, "year", 1, "2025-02-28"),
        ("2024-02-29", 4, "year", -1, "2020-02-29"),
        ("2024-12-31", 2, "month", 1, "2025-02-28"),
        ("2024-01-15", 1, "month", -1, "2023-12-15"),
        ("2024-08-01", 95, "day", 1, "2024-11-04"),
        ("2024-08-01", 1, "day", -1, "2024-07-31"),
    ],
)
def test_add_duration(day: str, count: int, unit: str, sign: int, result: str) -> None:
    """Medicare's calendar year from 29 February ends on 28 February (42 CFR 424.44; IOM 100-04, chapter 1, 70)."""
    assert add_duration(date.fromisoformat(day), count, unit, sign) == date.fromisoformat(result)


def test_the_calendar_ends() -> None:
    assert add_duration(date.max, 1, "day") is None
    assert add_duration(date.max, 1, "month") is None
    assert add_duration(date.min, 1, "year", -1) is None
    assert add_duration(date(2024, 1, 1), 999_999, "year") is None
    assert next_workday(date(9999, 12, 26), "weekends") == date(9999, 12, 27)
    assert next_workday(date.max, "none") == date.max


def test_days_between() -> None:
    assert days_between(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert days_between(date(2024, 3, 1), date(2024, 2, 28)) == -2


@pytest.mark.parametrize(
    ("birth", "day", "years", "months"),
    [
        ("2000-06-15", "2024-06-14", 23, 287),
        ("2000-06-15", "2024-06-15", 24, 288),
        ("2000-02-29", "2023-02-28", 22, 275),
        ("2000-02-29", "2023-03-01", 23, 276),
        ("2024-01-31", "2024-02-29", 0, 0),
        ("2024-01-31", "2024-03-01", 0, 1),
    ],
)
def test_ages(birth: str, day: str, years: int, months: int) -> None:
    born, on = date.fromisoformat(birth), date.fromisoformat(day)
    assert (completed_years(born, on), completed_months(born, on)) == (years, months)


def test_federal_holidays_of_2024() -> None:
    """The eleven holidays of 2024 as the Office of Personnel Management lists them."""
    assert federal_holidays(2024) == {
        date(2024, 1, 1), date(2024, 1, 15), date(2024, 2, 19), date(2024, 5, 27), date(2024, 6, 19), date(2024, 7, 4),
        date(2024, 9, 2), date(2024, 10, 14), date(2024, 11, 11), date(2024, 11, 28), date(2024, 12, 25),
    }  # fmt: skip


def test_holidays_on_weekends_are_observed() -> None:
    """5 U.S.C. 6103(b): Saturday's is kept on Friday; Executive Order 11582: Sunday's on Monday."""
    assert date(2021, 12, 31) in federal_holidays(2021)
    assert date(2022, 1, 1) not in federal_holidays(2022)
    assert date(2021, 7, 5) in federal_holidays(2021)
    assert date(2021, 7, 4) not in federal_holidays(2021)
    assert date(2021, 6, 18) in federal_holidays(2021)
    assert date(2020, 6, 19) not in federal_holidays(2020)
    assert date(1985, 1, 21) not in federal_holidays(1985)


@pytest.mark.parametrize(
    ("day", "calendar", "result"),
    [
        ("2024-08-02", "weekends", "2024-08-02"),
        ("2024-08-03", "weekends", "2024-08-05"),
        ("2024-08-03", "none", "2024-08-03"),
        ("2024-08-31", "weekends", "2024-09-02"),
        ("2024-08-31", "federal", "2024-09-03"),
        ("2021-12-31", "federal", "2022-01-03"),
    ],
)
def test_next_workday(day: str, calendar: str, result: str) -> None:
    assert next_workday(date.fromisoformat(day), calendar) == date.fromisoformat(result)


def test_is_workday() -> None:
    assert is_workday(date(2024, 7, 4), "weekends")
    assert not is_workday(date(2024, 7, 4), "federal")
    assert is_workday(date(2024, 7, 6), "none")
