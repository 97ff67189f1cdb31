"""The library called with things of another kind: told at once what was wanted, never a rule's fault or a traceback of
something deeper. Contract of ``docs/library.md``: UsageError where what is asked for does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.test_outcomes import outcome

from scrubber import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.core.diagnostics import UsageError

CLAIM: Any = claim(line(1, "99213"))
SETS = "valuesets:\n  local/partners:\n    type: npi\n    title: Partners\n"


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber.load()


@pytest.mark.parametrize("given", [{"lines": []}, json.dumps({"lines": []}).encode(), None, 5], ids=repr)
@pytest.mark.parametrize(
    "ask",
    [
        lambda scrubber, it: scrubber.scrub(it, as_of=AS_OF),
        lambda scrubber, it: scrubber.scrub(CLAIM, history=[it], as_of=AS_OF),
        lambda scrubber, it: scrubber.scrub(CLAIM, batch=[it], as_of=AS_OF),
        lambda scrubber, it: list(scrubber.scrub_many([it], as_of=AS_OF)),
        lambda scrubber, it: scrubber.explain(it, "NCCI-PTP-01", as_of=AS_OF),
        lambda scrubber, it: scrubber.apply(it, scrubber.scrub(CLAIM, as_of=AS_OF), as_of=AS_OF),
    ],
    ids=["scrub", "history", "batch", "scrub_many", "explain", "apply"],
)
def test_what_is_no_claim(scrubber: Scrubber, given: Any, ask: Callable[[Scrubber, Any], Any]) -> None:
    with pytest.raises(UsageError, match="read_claims"):
        ask(scrubber, given)


@pytest.mark.parametrize("given", ["2024-08-15", None, datetime(2024, 8, 15), 20240815], ids=repr)
def test_what_is_no_day(scrubber: Scrubber, given: Any) -> None:
    """A moment or a text compares with no date: each rule that asks for the day was reported as a fault of ours."""
    result = scrubber.scrub(CLAIM, as_of=AS_OF)
    for ask in (
        lambda: scrubber.scrub(CLAIM, as_of=given),
        lambda: list(scrubber.scrub_many([CLAIM], as_of=given)),
        lambda: scrubber.explain(CLAIM, "NCCI-PTP-01", as_of=given),
        lambda: scrubber.apply(CLAIM, result, as_of=given),
    ):
        with pytest.raises(UsageError, match=r"as_of is the day .* such as date\(2024, 8, 15\)"):
            ask()


@pytest.mark.parametrize("given", [CLAIM, InputClaim(CLAIM, "", 0), "claims.json", {"lines": []}, 5])
def test_a_history_is_a_list(scrubber: Scrubber, given: Any) -> None:
    with pytest.raises(UsageError, match="history is a list of claims"):
        scrubber.scrub(CLAIM, history=given, as_of=AS_OF)


def test_a_history_may_be_as_it_was_read(tmp_path: Path) -> None:
    """What ``read_claims`` gives, and what it holds, are the same history."""
    text = rule("any prior line with same procedure", extra="needs: [history]")
    scrubber = loaded(write_pack(tmp_path / "p", header(), rules=text))
    earlier: Any = claim(line(1, "99213", date=date(2024, 7, 1)))
    for history in ([earlier], [InputClaim(earlier, "prior.json", 0)], iter([earlier])):
        assert outcome(scrubber.scrub(CLAIM, history=history, as_of=AS_OF)) == "fires"


def test_a_result_is_what_scrub_gave(scrubber: Scrubber) -> None:
    nothing: Any = None
    with pytest.raises(UsageError, match="result is what scrub gave"):
        scrubber.apply(CLAIM, nothing, as_of=AS_OF)


@pytest.mark.parametrize("given", [90, None, [90]])
def test_a_parameter_is_given_as_text(given: Any) -> None:
    with pytest.raises(UsageError, match="Parameter filing_limit: the value is given as text"):
        Scrubber.load(parameters={"filing_limit": given})


def test_a_local_set_is_filled_by_its_name(tmp_path: Path) -> None:
    """One that no pack declares was passed over: the set it was meant for stayed empty, and its rules unasked."""
    text = rule("line.rendering_npi not in @local/partners")
    pack = write_pack(tmp_path / "p", header() + SETS, rules=text)
    assert outcome(loaded(pack).scrub(CLAIM, as_of=AS_OF)) == "not_evaluated"
    for name in ("partners", "local/partners"):
        assert outcome(loaded(pack, local={name: ["1234567893"]}).scrub(CLAIM, as_of=AS_OF)) == "clear"
        assert outcome(loaded(pack, local={name: "1245319599, 1306849450"}).scrub(CLAIM, as_of=AS_OF)) == "fires"
    with pytest.raises(UsageError, match=r"No pack declares a set @local/partner\. Known: local/partners\."):
        loaded(pack, local={"partner": ["1234567893"]})
    wrong: Any = {"partners": [1234567893]}
    with pytest.raises(UsageError, match="@local/partners: the value is given as text"):
        loaded(pack, local=wrong)
