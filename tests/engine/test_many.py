"""Many claims: over one process and over two, the same results in the same order."""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.engine.claims_of import AS_OF, claim, line

from scrubber import Scrubber
from scrubber.core.diagnostics import UsageError


def test_two_processes_say_what_one_says() -> None:
    """Design section 9: deterministic; the library keeps no state between claims."""
    scrubber = Scrubber.load()
    claims = [claim(line(1, "G0108", units=n % 9), line(2, "A0425", units=n)) for n in range(1, 600)]
    claims = [structs.replace(one, patient_control_number=f"MANY-{n}") for n, one in enumerate(claims)]
    alone = list(scrubber.scrub_many(claims, as_of=AS_OF))
    together = list(scrubber.scrub_many(iter(claims), as_of=AS_OF, jobs=2))
    assert [r.claim.patient_control_number for r in together] == [c.patient_control_number for c in claims]
    assert together == alone
    assert alone[0].provenance is not None


def test_jobs_is_a_number_from_one() -> None:
    """A wrong argument is said, not guessed at."""
    scrubber = Scrubber.load()
    with pytest.raises(UsageError, match="number of processes"):
        list(scrubber.scrub_many([], as_of=AS_OF, jobs=0))
    with pytest.raises(UsageError, match="made by load"):
        list(Scrubber(scrubber.engine).scrub_many([], as_of=AS_OF, jobs=2))
