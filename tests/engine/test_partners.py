"""A pair rule that asks for the row of two codes is asked of no other pair, and of every one that may have a row. So is a
quantifier over lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.engine.packs_of import loaded, rule, write_pack
from tests.engine.warm import warms_after

from scrubber import Scrubber
from scrubber.claims.model import Claim, ServiceLine
from scrubber.engine.plan import elements, partners
from scrubber.engine.plan.partners import partners_by, partners_of

PACK = """
id: test
version: 1.0.0
title: A pack of a test
tables:
  together:
    keys: {{one: procedure, two: procedure}}
    columns: {{indicator: number}}
    absent: {absent}
    effective: [first, last]
    source: together.csv
"""
ROWS = """one,two,indicator,first,last
11055,11720,1,2024-01-01,2024-07-31
11055,11721,1,2024-08-01,
"""
ASKS = "together(line.procedure, other.procedure) is present"


def claim_of(*codes: str | None, day: date = date(2024, 8, 1)) -> Claim:
    """A professional claim with a line for each code."""
    lines = tuple(ServiceLine(procedure=code, date=day, units=1, rendering_npi="1234567893") for code in codes)
    return Claim(type="PROFESSIONAL", patient_control_number="MADE-UP", lines=lines)


@pytest.fixture
def warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Scrubber, list[frozenset[str] | None]]]:
    """A scrubber with one pair rule that has run for a while, and what it takes for the partners of each line."""

    def make(when: str, absent: str = "none") -> tuple[Scrubber, list[frozenset[str] | None]]:
        warms_after(monkeypatch, lines=2, look_ups=1)
        files = {"together__csv": ROWS, "rules": rule(when, scope="pair", extra="pair: {same: [date]}")}
        scrubber = loaded(write_pack(tmp_path / "p", PACK.format(absent=absent), **files))
        for _ in range(4):
            scrubber.scrub(claim_of("99213", "97110"), as_of=date(2024, 8, 2))
        known: list[frozenset[str] | None] = []

        def noted(*given: object) -> frozenset[str] | None:
            known.append(partners_of(*given))  # type: ignore[arg-type]
            return known[-1]

        monkeypatch.setattr(partners, "partners_of", noted)
        return scrubber, known

    return make


Warm = Callable[..., tuple[Scrubber, list[frozenset[str] | None]]]


def found(scrubber: Scrubber, claim: Claim) -> list[tuple[int, ...]]:
    """The lines of each finding."""
    return [finding.lines for finding in scrubber.scrub(claim, as_of=date(2024, 8, 2)).findings]


def test_only_codes_that_have_a_row_are_partners(warm: Warm) -> None:
    scrubber, known = warm(ASKS)
    assert found(scrubber, claim_of("11055", "11720", "97110", "11721")) == [(1,)]
    assert frozenset({"11720", "11721"}) in known  # rows of any day: which is in force is asked of the pair
    assert frozenset() in known


def test_a_row_of_another_day_is_no_row(warm: Warm) -> None:
    scrubber, _ = warm(ASKS)
    assert found(scrubber, claim_of("11055", "11720")) == []
    assert found(scrubber, claim_of("11055", "11720", day=date(2024, 7, 31))) == [(1,)]


def test_a_line_without_a_code_may_be_any_partner(warm: Warm) -> None:
    """Design section 6: what is missing is unknown, and unknown is never passed."""
    scrubber, known = warm(ASKS)
    result = scrubber.scrub(claim_of("11055", None), as_of=date(2024, 8, 2))
    assert frozenset({"11720", "11721"}) in known
    assert [gap.lines for gap in result.undetermined] == [(1,), (2,)]


def test_where_no_row_means_not_published_every_line_is_asked(warm: Warm) -> None:
    scrubber, known = warm(ASKS, absent="not_published")
    assert set(known) == set()
    result = scrubber.scrub(claim_of("11055", "97110"), as_of=date(2024, 8, 2))
    assert set(known) == {None}
    assert [gap.reason for gap in result.not_evaluated] == ["not_published", "not_published"]


@pytest.mark.parametrize(
    "when",
    [
        "together(other.procedure, line.procedure) is present",
        "together(line.procedure, other.procedure) is missing and line.procedure = 11055",
        f"({ASKS} or other.units > 1)",
        "together(line.procedure, other.procedure at other.date) is present",
    ],
)
def test_where_the_rule_asks_something_else_every_line_is_asked(warm: Warm, when: str) -> None:
    scrubber, known = warm(when)
    found(scrubber, claim_of("11055", "11720", "11721"))
    assert set(known) == {None}


OF_EACH = (
    "line.procedure = 11055 and no other line as second with same (date, rendering_npi)"
    " where (together(line.procedure, second.procedure) is present)"
)


def warm_quantifier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: str = "none"
                    ) -> tuple[Scrubber, list[frozenset[str] | None]]:  # fmt: skip
    """A scrubber with one line rule that has run for a while, and what it takes for the partners of each line."""
    known: list[frozenset[str] | None] = []

    def noted(*given: object) -> frozenset[str] | None:
        known.append(partners_by(*given))  # type: ignore[arg-type]
        return known[-1]

    monkeypatch.setattr(elements, "partners_by", noted)
    warms_after(monkeypatch, lines=2, look_ups=1)
    files = {"together__csv": ROWS, "rules": rule(OF_EACH)}
    scrubber = loaded(write_pack(tmp_path / "q", PACK.format(absent=absent), **files))
    for _ in range(4):
        scrubber.scrub(claim_of("99213", "97110"), as_of=date(2024, 8, 2))
    return scrubber, known


@pytest.mark.parametrize(
    ("codes", "day", "fires"),
    [
        (("11055", "97110", "99213"), date(2024, 8, 1), True),
        (("11055", "97110", "11721"), date(2024, 8, 1), False),
        (("11055", "11720"), date(2024, 8, 1), True),  # its row ended the day before
        (("11055", "11720"), date(2024, 7, 31), False),
    ],
)
def test_a_quantifier_looks_at_codes_that_have_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes: tuple[str, ...], day: date, fires: bool
) -> None:
    scrubber, known = warm_quantifier(tmp_path, monkeypatch)
    assert found(scrubber, claim_of(*codes, day=day)) == ([(1,)] if fires else [])
    assert known == [frozenset({"11720", "11721"})]


def test_a_line_without_a_code_may_be_what_a_quantifier_looks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design section 6: what is missing is unknown, and unknown is never passed."""
    scrubber, known = warm_quantifier(tmp_path, monkeypatch)
    result = scrubber.scrub(claim_of("11055", None), as_of=date(2024, 8, 2))
    assert [gap.lines for gap in result.undetermined] == [(1,), (2,)]
    assert known[0] == frozenset({"11720", "11721"})


def test_where_no_row_means_not_published_a_quantifier_looks_at_every_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scrubber, known = warm_quantifier(tmp_path, monkeypatch, absent="not_published")
    result = scrubber.scrub(claim_of("11055", "97110"), as_of=date(2024, 8, 2))
    assert [gap.reason for gap in result.not_evaluated] == ["not_published"]
    assert known == [None]


def test_codes_that_a_long_claim_does_not_tell_apart_do_not_share_their_partners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered of one claim holds for every other."""
    scrubber, _ = warm_quantifier(tmp_path, monkeypatch)
    assert len(found(scrubber, claim_of("11055", *["97110"] * 40))) == 1
    assert found(scrubber, claim_of("11055", "11721", *["97110"] * 40)) == []
    assert found(scrubber, claim_of("11055", "11721")) == []
    assert found(scrubber, claim_of("11055", "97110")) == [(1,)]
