"""What lines with the same codes could concern, found out once and remembered.

Few rules read all that lines are told apart by: most read the procedure alone. So rules that read the same fields of a
line stand together on a shelf, and a shelf remembers what it found for their values. A line with a modifier not met
before is asked of the rules that read modifiers, and of no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from scrubber.claims.line_view import LineView
from scrubber.core.memo import kept
from scrubber.engine.compile.reads import fields_of_line
from scrubber.engine.evaluate.asking import ALWAYS, NEVER, Test
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.narrow import SHARED, Sharing
from scrubber.engine.plan.rule import BoundRevision, BoundRule, Lacking

if TYPE_CHECKING:
    from scrubber.engine.plan.partners import Partners

FIELDS = SHARED["line"]["line"]

Tests = tuple[tuple[Test, tuple[BoundRule, ...]], ...]
"""Rules that could concern a subject, by their test: where that is False, they are certainly clear."""


MayHold = Callable[[BoundRule], bool]
"""Whether a rule could be anything but clear on a claim of this kind, by fields of the claim alone."""


class LineRules(Struct, frozen=True):
    """What lines with one key could concern.

    ``tests`` are line rules by test; ``without`` are the revisions that lack history on every such line, ``lacking``
    those that do where their test does not say otherwise; ``begins`` are the pair rules without a table that such a
    line could be the first of a pair for, with the procedures of the second where a table knows them. ``lone`` are, by
    kind, the tests of group rules on such a line where it is a group of its own, found when it first is; None where
    they have to be asked of the group.
    """

    tests: Tests
    without: frozenset[BoundRevision]
    lacking: tuple[Lacking, ...]
    begins: tuple[tuple[BoundRule, Partners | None], ...]
    lone: dict[int, tuple[Test, ...] | None]


class _Found(Struct, frozen=True):
    """What one rule leaves open on a line; ``place`` is the rule's in the plan."""

    place: int
    rule: BoundRule
    test: Test | None = None
    lacking: Lacking | None = None
    partners: Partners | None = None


_place = attrgetter("place")


class Shelf:
    """Rules that read the same fields of a line. Immutable but for its memos; may be shared by threads."""

    def __init__(self, fields: Iterable[str], rules: Iterable[tuple[int, BoundRule]]) -> None:
        self._rules = tuple(rules)
        names = tuple(sorted(fields))
        self._read: Callable[[LineView], Any] = attrgetter(*names) if names else lambda _: None
        self._memo: dict[Any, tuple[_Found, ...]] = {}
        self._of_procedure: dict[str | None, tuple[tuple[int, BoundRule], ...]] = {}

    def found(self, world: World, line: LineView, sharing: Sharing, common: Any, may_hold: MayHold
              ) -> tuple[_Found, ...]:  # fmt: skip
        """What the rules leave open on such a line; ``common`` is what lines are told apart by beside their fields."""
        key = (self._read(line), common)
        found = self._memo.get(key)
        if found is None:
            found = tuple(_open(self._concerned(line.procedure), world, line, sharing, may_hold))
            self._memo = kept(self._memo, key, found)
        return found

    def _concerned(self, procedure: str | None) -> tuple[tuple[int, BoundRule], ...]:
        """The rules that a line with this procedure could concern, whatever else it carries."""
        found = self._of_procedure.get(procedure)
        if found is None:
            found = tuple(each for each in self._rules if each[1].concerns(procedure, "line"))
            self._of_procedure = kept(self._of_procedure, procedure, found)
        return found


class Shelves:
    """The line rules of a plan, and its pair rules without a table.

    A short run is not worth working out what they read: all are on one shelf then.
    """

    def __init__(self, rules: Iterable[BoundRule], lasting: bool) -> None:
        shelves: dict[frozenset[str], list[tuple[int, BoundRule]]] = {}
        for place, rule in enumerate(rules):
            shelves.setdefault(_fields(rule) if lasting else FIELDS, []).append((place, rule))
        self._shelves = tuple(Shelf(fields, rules) for fields, rules in shelves.items())

    def line_rules(self, world: World, line: LineView, sharing: Sharing, common: Any, may_hold: MayHold) -> LineRules:
        """What such a line could concern, put together."""
        found = [each for shelf in self._shelves for each in shelf.found(world, line, sharing, common, may_hold)]
        found.sort(key=_place)
        tests: list[tuple[Test | None, BoundRule]] = []
        without: list[BoundRevision] = []
        lacking: list[Lacking] = []
        begins: list[tuple[BoundRule, Partners | None]] = []
        for each in found:
            if each.test is not None:
                tests.append((each.test, each.rule))
            elif each.lacking is None:
                begins.append((each.rule, each.partners))
            elif each.lacking.test is ALWAYS:
                without.append(each.lacking.revision)
            else:
                lacking.append(each.lacking)
        return LineRules(by_test(tests), frozenset(without), tuple(lacking), tuple(begins), {})


_MADE_OF = {**{f"modifier_{place}": "modifiers" for place in range(1, 5)}, "minutes": "unit_basis"}
"""Fields that are made of one that lines are told apart by."""


def _fields(rule: BoundRule) -> frozenset[str]:
    """Of the fields that lines are told apart by those that a rule reads."""
    conditions = tuple(part for bound in rule.revisions for part in bound.conditions)
    return FIELDS & {_MADE_OF.get(field, field) for field in fields_of_line(conditions, rule.bindings.parameter)}


def _open(rules: Iterable[tuple[int, BoundRule]], world: World, line: LineView, sharing: Sharing, may_hold: MayHold
          ) -> Iterable[_Found]:  # fmt: skip
    """Of some rules that a line with this procedure could concern those that it could concern with all it carries, and
    what is still to be asked."""
    day = line.date
    for place, rule in rules:
        if rule.rule.scope == "pair":
            if rule.may_begin(world, day, sharing, line):
                yield _Found(place, rule, partners=_partners(rule, world, line) if sharing.lasting else None)
        elif rule.concerns_line(line.modifiers, line.place_of_service):
            # Where it takes a day to know the revision, a rule of another kind of claim must not ask for the day.
            if (sharing.lasting or day is None or rule.rule.basis != "from") and not may_hold(rule):
                continue
            lacking = rule.lacking_on(world, day, sharing, line)
            if lacking is None:
                test = rule.test_on(world, day, sharing, line)
                if test is not None:
                    yield _Found(place, rule, test)
            elif lacking.test is not NEVER:
                yield _Found(place, rule, lacking=lacking)


def _partners(rule: BoundRule, world: World, line: LineView) -> Partners | None:
    from scrubber.engine.plan.partners import partners_of  # here because a short run does without

    return partners_of(rule, world, line)


def by_test(tests: Iterable[tuple[Test | None, BoundRule]]) -> Tests:
    """Rules with the same test together; those that are certainly clear are left out."""
    together: dict[int, tuple[Test, list[BoundRule]]] = {}
    for test, rule in tests:
        if test is not None:
            together.setdefault(id(test), (test, []))[1].append(rule)
    return tuple((test, tuple(rules)) for test, rules in together.values())
