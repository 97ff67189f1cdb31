"""A rule's names bound to values: value sets by day, parameters by layer, tables by edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from scrubber.core.code_ranges import PREFIX_SYSTEMS, CodeMatcher
from scrubber.core.memo import kept
from scrubber.core.types import Type
from scrubber.engine.compile.members import members_of
from scrubber.engine.compile.parameter_values import parameter_value
from scrubber.engine.compile.program import Program, ProgramPack
from scrubber.engine.evaluate.asking import WORTH_COMPILING, Asked
from scrubber.engine.evaluate.lists import BoundCodes, Version
from scrubber.engine.evaluate.operations import number
from scrubber.engine.plan.tables import BoundTable
from scrubber.lang import ir
from scrubber.packs.model import Window

if TYPE_CHECKING:
    from scrubber.engine.plan.doubts import Doubts

SPELLED_OUT = 5_000
"""Ranges up to this many codes are held one by one: a look-up in a set is faster than a comparison of shapes."""


class PackBindings:
    """What the conditions of one pack's rules mean under one plan."""

    def __init__(
        self,
        program: Program,
        pack: ProgramPack,
        tables: Mapping[str, BoundTable],
        parameters: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.program, self.pack, self.tables, self.parameters = program, pack, tables, parameters
        self.worth_compiling = WORTH_COMPILING
        self._codes: dict[int, BoundCodes] = {}
        self._values: dict[str, Any] = {}
        self._asked: dict[tuple[ir.Condition, tuple[str, ...]], Asked] = {}

    @cached_property
    def doubts(self) -> Doubts:
        """What the pack's rules have found out of reasons."""
        from scrubber.engine.plan.doubts import Doubts  # here because a short run takes no condition apart

        return Doubts()

    def table(self, name: str) -> BoundTable:
        """The declared table of that name."""
        return self.tables[f"{self.pack.tables[name]}:{name}"]

    def not_loaded(self, names: Iterable[str]) -> tuple[str, ...]:
        """Of these tables those that nobody has imported, by the names they are stored under."""
        tables = [self.table(name) for name in names]
        return tuple(table.table.stored for table in tables if not table.loaded)

    def parameter(self, name: str) -> Any:
        """The value in force: of a list of codes, its :class:`BoundCodes`."""
        if name not in self._values:
            key = f"{self.pack.parameters[name]}:{name}"
            type_ = self.program.parameters[key].type
            self._values[name] = self._parsed(self.parameters[key], type_)
        return self._values[name]

    def _parsed(self, written: tuple[str, ...], type_: Type) -> Any:
        if type_.kind in ("code", "record") or (type_.many and type_.kind != "fields"):
            return self.codes(members_of(written, type_))
        return parameter_value(written, type_)

    def codes(self, codes: ir.Codes) -> BoundCodes:
        """A code set with its value sets and parameters resolved, for every day."""
        bound = self._codes.get(id(codes))
        if bound is None:
            bound = self._codes[id(codes)] = self._bind(codes)
        return bound

    def asked(self, condition: ir.Condition, variables: tuple[str, ...]) -> Asked:
        """The function of a condition over these variables: one for all rules of the pack that ask the same."""
        key = (condition, variables)
        found = self._asked.get(key)
        if found is None:
            found = Asked(condition, self, variables)
            self._asked = kept(self._asked, key, found)
        return found

    def listed(self, written: tuple[str, ...], seen: frozenset[str] = frozenset()) -> tuple[tuple[str, ...], ...]:
        """Members as written, each spelled out: one code, the codes of a range, or all members of a set."""
        items: list[tuple[str, ...]] = []
        for item in written:
            if item.startswith("@"):
                versions = self._set(item[1:]).versions if item not in seen else ()
                inner = [part for version in versions for part in self.listed(version.written, seen | {item})]
                items.append(tuple(dict.fromkeys(code for part in inner for code in part)))
            else:
                low, dash, high = (part.strip() for part in item.partition("-"))
                items.append(tuple(_spelled(low, high)) if dash else (item,))
        return tuple(items)

    def _bind(self, codes: ir.Codes) -> BoundCodes:
        cuts: set[date] = set()
        unfilled: set[str] = set()
        self._survey(codes, cuts, unfilled, frozenset())
        edges: list[date | None] = [None, *sorted(cuts)]
        versions = []
        for index, first in enumerate(edges):
            after = edges[index + 1] if index + 1 < len(edges) else None
            last = after - timedelta(days=1) if after else None
            flat = self._flat(codes, first or last, frozenset())
            spell, matcher = partial(_parts, flat, codes.system), partial(_matcher, flat, codes.system)
            # A list of all days is asked the slow way until a condition that asks it is worth compiling.
            slow = not cuts and not unfilled
            quicker = partial(matcher, True) if slow else None
            versions.append(Version(Window(first, last), matcher(not slow), spell, quicker))
        return BoundCodes(versions, unfilled, codes)

    def _set(self, name: str) -> Any:
        """A value set of the pack; of a parameter that another pack or the caller set, one that any loaded pack has."""
        own = self.pack.sets.get(name)
        of_another = (key for key in self.program.sets if key.partition(":")[2] == name)
        return self.program.sets[f"{own}:{name}" if own is not None else next(of_another, name)]

    def _survey(self, codes: ir.Codes, cuts: set[date], unfilled: set[str], seen: frozenset[str]) -> None:
        """Collect the days on which membership changes, and the local sets still to be filled."""
        for name in codes.sets:
            if name in seen:
                continue
            found = self._set(name)
            if not found.filled:
                unfilled.add(name)
            for version in found.versions:
                if version.window.first:
                    cuts.add(version.window.first)
                if version.window.last:
                    cuts.add(version.window.last + timedelta(days=1))
                self._survey(version.codes, cuts, unfilled, seen | {name})
        for name in codes.parameters:
            inner = self.parameter(name)
            unfilled.update(inner.unfilled)
            self._survey(inner.origin, cuts, unfilled, seen)

    def _flat(self, codes: ir.Codes, day: date | None, seen: frozenset[str]) -> list[ir.Codes]:
        """The set and all it names on ``day``, as literal sets."""
        flat = [codes]
        for name in codes.sets:
            if name not in seen:
                for version in self._set(name).versions:
                    if day is None or version.window.holds(day):
                        flat += self._flat(version.codes, day, seen | {name})
        for name in codes.parameters:
            flat += self._flat(self.parameter(name).origin, day, seen)
        return flat


def _spelled(low: str, high: str) -> list[str]:
    """A short range of codes that differ in their last digit, one by one: ``F1-F9``; else as ``A-B``."""
    if low[:-1] == high[:-1] and low[-1].isdigit() and high[-1].isdigit():
        return [f"{low[:-1]}{digit}" for digit in range(int(low[-1]), int(high[-1]) + 1)]
    return [f"{low}-{high}"]


def _every(low: str, high: str) -> frozenset[str] | None:
    """Every code of a range that differs in its trailing digits only and is not too long; None of any other."""
    digits = len(low) - len(low.rstrip("0123456789"))
    if not digits or low[:-digits] != high[:-digits] or not high[-digits:].isdigit():
        return None
    first, last = int(low[-digits:]), int(high[-digits:])
    if last - first >= SPELLED_OUT:
        return None
    head, above = low[:-digits], 10**digits  # one digit more than the codes have keeps their zeros
    return frozenset([head + str(number)[1:] for number in range(above + first, above + last + 1)])


def _atoms(codes: ir.Codes) -> list[Any]:
    return [*codes.exact, *(number(text) for text in codes.numbers), *codes.dates]


def _parts(flat: list[ir.Codes], system: str) -> tuple[Any, ...]:
    """The members one by one: each exact code, each range, each pattern."""
    parts: list[Any] = [frozenset({atom}) for codes in flat for atom in _atoms(codes)]
    for codes in flat:
        parts += [CodeMatcher(ranges=[pair], system=codes.system or system) for pair in codes.ranges]
        parts += [CodeMatcher(patterns=[item], system=codes.system or system) for item in codes.patterns]
    return tuple(parts)


def _matcher(flat: list[ir.Codes], system: str, spelled_out: bool) -> Any:
    """A frozen set where every member is exact, else a matcher of ranges and patterns. ``spelled_out``: short ranges
    are held code by code, which takes longer to make and less to ask."""
    exact = frozenset(atom for codes in flat for atom in _atoms(codes))
    ranges = []
    for codes in flat:
        within = spelled_out and (codes.system or system) not in PREFIX_SYSTEMS
        for low, high in codes.ranges:
            spelled = _every(low, high) if within else None
            if spelled is None:
                ranges.append((low, high))
            else:
                exact |= spelled
    patterns = [pattern for codes in flat for pattern in codes.patterns]
    if not ranges and not patterns:
        return exact
    return CodeMatcher(exact, ranges, patterns, system or next((c.system for c in flat if c.system), ""))
