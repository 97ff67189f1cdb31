"""Lines on the first and the last day of the calendar are checked like any others."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from tests.engine.claims_of import AS_OF, claim, line

from scrubber import Scrubber


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber.load(cache=False)


@pytest.mark.parametrize(("first", "last"), tuple(product((date.min, date.max), repeat=2)))
def test_no_rule_crashes_where_the_calendar_ends(scrubber: Scrubber, first: date, last: date) -> None:
    """Design section 9: a rule that crashes is a fault, and nothing a claim says may bring one about."""
    one = claim(line(1, "99213", date=first, date_to=last), line(2, "99213", date=last, date_to=first))
    assert scrubber.scrub(one, as_of=AS_OF).faults == ()
