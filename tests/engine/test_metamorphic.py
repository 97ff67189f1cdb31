"""Changes to a claim that must not change what is said of it, over the bundled packs and tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.engine.claims_of import AS_OF, claim, line

from scrubber import Scrubber
from scrubber.claims.model import Claim
from scrubber.findings.model import ScrubResult

SLICE = ("A0425", "A4206", "C5271", "C5272", "G0011", "G0108", "G0109", "G0270", "J1100", "A4263", "A4262")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber.load(cache=False)


@st.composite
def slice_claims(draw: st.DrawFn) -> Claim:
    """A Medicare claim of codes of the bundled slice."""
    lines = [
        line(number, draw(st.sampled_from(SLICE)), draw(st.sampled_from(["", "59", "25", "LT", "76"])),
             units=draw(st.integers(1, 3)), charge=draw(st.integers(100, 90_000)))
        for number in range(1, draw(st.integers(1, 6)) + 1)
    ]  # fmt: skip
    return claim(*lines)


def said(result: ScrubResult, one: Claim) -> set[Any]:
    """What is said of lines, each named by its content in place of its number."""
    names = {item.number: (item.procedure, item.modifiers, item.units, item.charge) for item in one.lines}
    entries = [*result.findings, *result.bypassed, *result.undetermined, *result.not_evaluated]
    return {
        (type(entry).__name__, entry.rule, names.get(entry.line) if len(entry.lines) == 1 else None,
         tuple(sorted(str(names[number]) for number in entry.lines)),
         tuple(sorted(str(names[related.line]) for related in entry.related)))
        for entry in entries
    }  # fmt: skip


@QUICK
@given(one=slice_claims(), data=st.data())
def test_line_order_does_not_matter(scrubber: Scrubber, one: Claim, data: st.DataObject) -> None:
    """Reordered and renumbered lines get the same findings."""
    lines = data.draw(st.permutations(one.lines))
    other = structs.replace(one, lines=tuple(structs.replace(item, number=n) for n, item in enumerate(lines, 1)))
    before, after = scrubber.scrub(one, as_of=AS_OF), scrubber.scrub(other, as_of=AS_OF)
    once = {entry for entry in said(before, one) if "DUP" not in entry[1]}
    assert once == {entry for entry in said(after, other) if "DUP" not in entry[1]}
    assert before.outcome == after.outcome


@QUICK
@given(one=slice_claims())
def test_an_unrelated_line_adds_nothing_to_the_others(scrubber: Scrubber, one: Claim) -> None:
    """A line of another day and provider leaves what is said of the first lines as it was."""
    from datetime import date

    far = line(90, "G0108", date=date(2024, 9, 3), rendering_npi="1245319599", charge=1)
    more = structs.replace(one, lines=(*one.lines, far), total_charge=(one.total_charge or 0) + 1)
    before, after = (scrubber.scrub(c, history=[], as_of=AS_OF) for c in (one, more))
    kept = {
        entry
        for entry in said(after, more)
        if str((far.procedure, far.modifiers, far.units, far.charge)) not in entry[3]
    }
    assert kept == said(before, one)


@QUICK
@given(batch=st.lists(slice_claims(), min_size=1, max_size=4), cut=st.integers(0, 4))
def test_a_split_batch_says_the_same(scrubber: Scrubber, batch: list[Claim], cut: int) -> None:
    """Claims one by one, or in two batches, or in one: without history they do not concern each other."""
    whole = list(scrubber.scrub_many(batch, as_of=AS_OF))
    parts = [*scrubber.scrub_many(batch[:cut], as_of=AS_OF), *scrubber.scrub_many(batch[cut:], as_of=AS_OF)]
    assert whole == parts


@QUICK
@given(one=slice_claims())
def test_a_copy_of_the_claim_is_told_the_same(scrubber: Scrubber, one: Claim) -> None:
    """Scrubbing changes nothing in the scrubber and nothing in the claim."""
    before = structs.astuple(one)
    first = scrubber.scrub(one, as_of=AS_OF)
    assert scrubber.scrub(one, as_of=AS_OF) == first
    assert structs.astuple(one) == before
