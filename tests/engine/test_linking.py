"""Findings that follow from other findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.claims_of import AS_OF, claim, line

from scrubber import Scrubber


@pytest.fixture(scope="module")
def scrubber(real_tables: Path) -> Scrubber:
    return Scrubber.load(tables=real_tables, cache=False)


def test_an_add_on_follows_its_primary(scrubber: Scrubber) -> None:
    """NCCI Policy Manual I-26: an add-on is paid only if its primary is payable. Contract: depends_on.

    99292 adds on to 99291; 99291 has a limit of one unit a day, of policy (indicator 2).
    """
    sound = scrubber.scrub(claim(line(1, "99291"), line(2, "99292")), as_of=AS_OF)
    assert not [f for f in sound.findings if f.rule == "NCCI-AOC-04"]
    failing = scrubber.scrub(claim(line(1, "99291", units=2), line(2, "99292")), as_of=AS_OF)
    primary = next(f for f in failing.findings if f.category == "ncci-mue")
    (follows,) = [f for f in failing.findings if f.rule == "NCCI-AOC-04"]
    assert (follows.line, follows.severity, follows.depends_on) == (2, "review", primary.fingerprint)


def test_an_add_on_follows_every_line_of_a_group_that_is_denied(scrubber: Scrubber) -> None:
    """NCCI Policy Manual I-29: a limit by day denies all units of the code that day, so the add-on has no sound primary."""
    result = scrubber.scrub(claim(line(1, "99291"), line(2, "99291"), line(3, "99292")), as_of=AS_OF)
    (limit,) = [f for f in result.findings if f.category == "ncci-mue"]
    assert limit.lines == (1, 2)
    (follows,) = [f for f in result.findings if f.rule == "NCCI-AOC-04"]
    assert (follows.line, follows.depends_on) == (3, limit.fingerprint)


def test_an_add_on_without_its_primary_is_its_own_finding(scrubber: Scrubber) -> None:
    """NCCI Policy Manual I-35: a type 1 add-on needs one of its listed primary codes on the day."""
    result = scrubber.scrub(claim(line(1, "99213"), line(2, "99292")), as_of=AS_OF)
    (finding,) = [f for f in result.findings if f.category == "ncci-add-on"]
    assert (finding.rule, finding.line, finding.depends_on) == ("NCCI-AOC-01", 2, None)
    assert finding.unchecked_exceptions, "a primary on an earlier claim could not be looked for"
