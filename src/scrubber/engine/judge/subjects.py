"""What a rule is evaluated on: lines, pairs, groups, diagnoses, or the claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.evaluate.world import Group, World, group_type
from scrubber.engine.judge.keys import clusters_of, joined, reader
from scrubber.engine.judge.published import Pair, published_pairs
from scrubber.engine.plan.rule import BoundRule, GroupKeys

if TYPE_CHECKING:
    from scrubber.engine.judge.crowds import Crowds
    from scrubber.engine.plan.partners import Partners

First = tuple[LineView, "Partners | None"]
"""A line that a pair could begin with, and the procedures of the second where they are known."""

MONTHS_LOOKED_AT = 36


def pairs_of(rule: BoundRule, world: World, firsts: Sequence[First] | None = None, crowds: Crowds | None = None
          ) -> Iterable[Pair]:  # fmt: skip
    """Ordered pairs (line, other) of a rule, with the truth of their being joined; published pairs only, where the
    rule names a table. Grouped by the join keys first, so that a long claim stays cheap.

    Of a rule without a table, ``firsts`` are the lines that a pair could begin with; None: any line. A line of which
    ``crowds`` settles all there is to say is left out.
    """
    lines, fields = world.claim.lines, rule.pair_fields
    if len(lines) < 2:
        return ()
    if rule.pair_table is None:
        return _pairs(rule, fields, world, [(line, None) for line in lines] if firsts is None else firsts, crowds)
    return published_pairs(rule.pair_table, fields, world)


def _pairs(rule: BoundRule, fields: tuple[str, ...], world: World, firsts: Sequence[First], crowds: Crowds | None
           ) -> Iterator[Pair]:  # fmt: skip
    """Pairs of lines whose codes the rule could concern."""
    together, lacking = clusters_of(world, fields)
    wanted = {id(line): partners for line, partners in firsts if rule.concerns(line.procedure, "line")}
    for cluster in together if wanted else ():
        if len(cluster) > 1:
            others = [other for other in cluster if rule.concerns(other.procedure, "other")]
            crowd = () if crowds is None else crowds.crowd(others)
            for line in cluster:
                if id(line) in wanted and not (crowds is not None and crowds.settled(line, crowd)):
                    partners = wanted[id(line)]
                    for other in others:
                        if other is not line and _may_be(partners, other):
                            yield line, other, True
    for line, other, met in _doubtful_pairs(fields, world.claim.lines, lacking):
        if id(line) in wanted and rule.concerns(other.procedure, "other") and _may_be(wanted[id(line)], other):
            yield line, other, met


def _may_be(partners: Partners | None, other: LineView) -> bool:
    """Whether a line could be the second of a pair; one without a procedure could be any."""
    code = other.procedure
    return partners is None or code is None or code in partners


def _doubtful_pairs(fields: tuple[str, ...], lines: Sequence[LineView], lacking: Sequence[LineView]) -> Iterator[Pair]:
    """Pairs with a line that lacks a key, in both orders, each once."""
    without = {id(line) for line in lacking}
    for doubtful in lacking:
        for near in lines:
            met = False if near is doubtful else joined(fields, doubtful, near)
            if met is not False:
                yield doubtful, near, met
                if id(near) not in without:  # else it asks in its turn
                    yield near, doubtful, joined(fields, near, doubtful)


def groups_of(keys: GroupKeys, world: World) -> list[tuple[Group, Unknown | None]]:
    """The groups of a claim's lines by these keys, with what is missing where a key is."""
    found: list[tuple[Group, Unknown | None]] | None = world.memo.get(keys)
    if found is None:
        found = world.memo[keys] = _groups(world, keys)
    return found


def each_alone(lines: Sequence[LineView], keys: GroupKeys) -> bool:
    """Whether each line is a group of its own: of one day, and no two with equal keys or without one."""
    if not keys.by_day or len(keys.fields) < 2:
        return False
    read, seen = reader(keys.fields), []
    for line in lines:
        key = read(line)
        if not line.single_day or None in key:
            return False
        seen.append(key)
    return len(set(seen)) == len(seen)


def _groups(world: World, keys: GroupKeys) -> list[tuple[Group, Unknown | None]]:
    """Each set of lines once.

    ``day`` is each covered day: a line of several days stands in the group of each. The lines of a group change only
    where a line begins or ends, and what is published for a day only at the start of a month, so these days are enough;
    where rules ask for earlier claims, the days on which lines of those begin or end are asked too.
    """
    found: list[tuple[Group, Unknown | None]] = []
    fields, by_day, kind = keys.fields, keys.by_day, group_type(keys.fields)
    earlier = world.prior_lines if keys.with_earlier and by_day else ()
    together, lacking = clusters_of(world, fields)
    if lacking:
        for lines, unknown in _doubtful(fields, together, lacking):
            found += _of(lines, unknown, by_day, kind, _that_may_count(earlier, lines, fields))
    for lines in together:
        found += _of(lines, None, by_day, kind, _that_may_count(earlier, lines, fields))
    return found


def _that_may_count(
    earlier: Sequence[LineView], lines: Sequence[LineView], fields: Sequence[str]
) -> Sequence[LineView]:
    """The lines of earlier claims that may share the keys of a group: all that matters of them to its days. Where each
    line of the group is of one day, its own days are all there are."""
    if not earlier or all(line.single_day for line in lines):
        return ()
    return [other for other in _dated(earlier) if any(joined(fields, line, other) is not False for line in lines)]


def _dated(lines: Sequence[LineView]) -> list[LineView]:
    return [line for line in lines if line.date is not None and line.date_to is not None]


def _on(lines: Sequence[LineView], day: date) -> list[LineView]:
    """The dated lines that have a day among theirs."""
    return [line for line in lines if line.date <= day <= max(line.date, line.date_to)]  # type: ignore[operator, type-var]


def _of(lines: Sequence[LineView], unknown: Unknown | None, by_day: bool, kind: type[Group],
        earlier: Sequence[LineView]) -> Iterator[tuple[Group, Unknown | None]]:  # fmt: skip
    """The groups of some lines, with what is missing."""
    for line in lines if by_day else ():
        if line.date is None or line.date_to is None:
            missing = Unknown(Reason("missing_field", "line.date", line.number))
            yield kind((line,), None), missing
    for mine, day in _parts(lines, by_day, earlier):
        yield kind(tuple(mine), day), unknown


def _parts(
    lines: Sequence[LineView], by_day: bool, earlier: Sequence[LineView]
) -> Iterator[tuple[Sequence[LineView], date | None]]:
    """The lines with their first day, or by day: each set of dated lines that share one, with the day."""
    if not by_day:
        yield lines, min((line.date for line in lines if line.date), default=None)
        return
    dated = _dated(lines)
    seen: set[tuple[tuple[int, ...], tuple[int, ...], tuple[int, int]]] = set()
    for day in _days([*dated, *earlier]):
        here = _on(dated, day)
        mark = (tuple(line.index for line in here), tuple(map(id, _on(earlier, day))), (day.year, day.month))
        if here and mark not in seen:
            seen.add(mark)
            yield here, day


def _doubtful(
    fields: Sequence[str], together: Sequence[list[LineView]], lacking: Sequence[LineView]
) -> Iterator[tuple[list[LineView], Unknown]]:
    """The groups that lines without a key may belong to: with each other, and with the lines of each known key.

    Alone such a line could be clear where together they are not, and a missing key never makes a group absent.
    """
    seen: set[tuple[int, ...]] = set()
    coded = [line for line in lacking if line.procedure is not None or "procedure" not in fields]
    for line in lacking:
        if line not in coded:  # it could be of any group, and nothing is known of what it adds
            alike, known = [line], []
        else:
            alike = [other for other in coded if other is line or joined(fields, line, other) is not False]
            known = [cluster for cluster in together if joined(fields, line, cluster[0]) is not False]
        missing = Unknown(*[
            Reason("missing_field", f"line.{field}", other.number)
            for other in alike for field in fields if getattr(other, field) is None
        ])  # fmt: skip
        for cluster in known or [[]]:
            lines = sorted((*alike, *cluster), key=lambda each: each.index)
            mark = tuple(each.index for each in lines)
            if mark not in seen:
                seen.add(mark)
                yield lines, missing


def _days(lines: Sequence[LineView]) -> list[date]:
    days: set[date] = set()
    for line in lines:
        first, last = line.date, line.date_to
        if first is None or last is None:
            continue
        days.add(first)
        end = max(first, last)
        if end < date.max:
            days.add(end + timedelta(days=1))  # the lines that go on are a group of their own
        if last > first:
            month = first
            for _ in range(MONTHS_LOOKED_AT):
                if (month.year, month.month) >= (last.year, last.month):
                    break  # asked before the next month is worked out: the calendar ends
                month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
                days.add(month)
    return sorted(days)
