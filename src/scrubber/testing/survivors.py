"""Which changes of a rule its golden cases do not notice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from scrubber.testing.compare import differences
from scrubber.testing.golden import Suite, observed
from scrubber.testing.mutants import mutants_of


class Survivors(Struct, frozen=True):
    """What mutation found of one rule.

    ``unexpected`` are the changes that every case lets pass and no file gives a reason for; ``allowed`` those with a
    reason, which is beside them; ``stale`` the changes with a reason that some case does notice by now.
    """

    rule: str
    file: str
    mutants: int
    unexpected: tuple[str, ...]
    allowed: dict[str, str]
    stale: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every survivor has a reason, and every reason a survivor."""
        return not (self.unexpected or self.stale)


def survivors_of(suites: Iterable[Suite]) -> tuple[Survivors, ...]:
    """What mutation finds of each rule; the files of one rule are taken together.

    Raises:
        RuleFileError: a case cannot be read.
    """
    by_rule: dict[str, list[Suite]] = {}
    for suite in suites:
        by_rule.setdefault(suite.rule.id, []).append(suite)
    return tuple(_of_rule(rule, by_rule[rule]) for rule in by_rule)


def _of_rule(rule: str, suites: Sequence[Suite]) -> Survivors:
    reasons = {item["change"]: item["reason"] for suite in suites
               for item in suite.golden.values.get("survivors") or ()}  # fmt: skip
    lived: dict[str, None] = {}
    count = 0
    for mutant in mutants_of(suites[0].rule):
        count += 1
        if not any(_noticed(suite.with_rule(mutant.rule)) for suite in suites):
            lived[mutant.change] = None
    unexpected = tuple(change for change in lived if change not in reasons)
    stale = tuple(change for change in reasons if change not in lived)
    allowed = {change: reason for change, reason in reasons.items() if change in lived}
    return Survivors(rule, suites[0].golden.path.as_posix(), count, unexpected, allowed, stale)


def _noticed(suite: Suite) -> bool:
    """Whether a case fails."""
    for case in suite.cases:
        seen, came = observed(suite, case)
        if differences(case.expect, case.values, seen, came):
            return True
    return False
