"""What a rule is evaluated on: lines, pairs, groups, diagnoses, or the claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, islice
from operator import attrgetter
from typing import Any

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.evaluate.world import Group, World
from scrubber.engine.plan.rule import BoundRule, GroupKeys
from scrubber.engine.plan.tables import BoundTable, beyond_slice
from scrubber.tables.table import OpenTable

MONTHS_LOOKED_AT = 36
Pair = tuple[LineView, LineView, bool | Unknown]


def joined(fields: Sequence[str], left: LineView, right: LineView) -> bool | Unknown:
    """Whether two lines share the keys: Unknown, naming what is missing, where none differs and one is missing."""
    missing: list[Reason] = []
    for field in fields:
        ours, theirs = getattr(left, field), getattr(right, field)
        if ours is not None and theirs is not None and ours != theirs:
            return False
        missing += [
            Reason("missing_field", f"line.{field}", line.number)
            for line, value in ((left, ours), (right, theirs))
            if value is None
        ]
    return Unknown(*missing) if missing else True


def _clusters(world: World, fields: tuple[str, ...]) -> tuple[list[list[LineView]], list[LineView]]:
    """The claim's clusters by these fields, worked out once a claim."""
    found: tuple[list[list[LineView]], list[LineView]] | None = world.memo.get(fields)
    if found is None:
        found = world.memo[fields] = clusters(world.claim.lines, fields)
    return found


def clusters(lines: Sequence[LineView], fields: Sequence[str]) -> tuple[list[list[LineView]], list[LineView]]:
    """Lines with equal keys together, and apart from them the lines that lack a key."""
    together: dict[Any, list[LineView]] = {}
    lacking: list[LineView] = []
    if not fields:
        return [list(lines)] if lines else [], lacking
    read, single = attrgetter(*fields), len(fields) == 1
    for line in lines:
        key = read(line)
        if key is None if single else None in key:
            lacking.append(line)
        elif key in together:
            together[key].append(line)
        else:
            together[key] = [line]
    return list(together.values()), lacking


def pairs(rule: BoundRule, world: World, firsts: Sequence[LineView] | None = None) -> Iterable[Pair]:
    """Ordered pairs (line, other) of a rule, with the truth of their being joined; published pairs only, where the
    rule names a table. Grouped by the join keys first, so that a long claim stays cheap.

    ``firsts`` are the lines that a pair could begin with, of a rule without a table; None: any line.
    """
    lines, fields = world.claim.lines, rule.pair_fields
    if len(lines) < 2:
        return ()
    if not rule.rule.pair_table:
        return _pairs(rule, fields, world, lines if firsts is None else firsts)
    # Rules over one table with one key (never payable, payable with a modifier) share their pairs.
    key = (rule.bindings.table(rule.rule.pair_table), fields)
    found: list[Pair] | None = world.memo.get(key)
    if found is None:
        found = world.memo[key] = _published_pairs(*key, world) if _may_be_published(key[0], world) else []
    return found


def _pairs(rule: BoundRule, fields: tuple[str, ...], world: World, firsts: Sequence[LineView]) -> Iterator[Pair]:
    """Pairs of lines whose codes the rule could concern."""
    together, lacking = _clusters(world, fields)
    wanted = {id(line) for line in firsts if rule.concerns(line.procedure, "line")}
    for cluster in together if wanted else ():
        for line in cluster if len(cluster) > 1 else ():
            if id(line) in wanted:
                for other in cluster:
                    if other is not line and rule.concerns(other.procedure, "other"):
                        yield line, other, True
    for line, other, met in _doubtful_pairs(fields, world.claim.lines, lacking):
        if id(line) in wanted and rule.concerns(other.procedure, "other"):
            yield line, other, met


def _may_be_published(table: BoundTable, world: World) -> bool:
    """Whether a table may publish any two codes of the claim as a pair. Most claims have none, and are done with."""
    found: bool | None = world.memo.get(table)
    if found is None:
        lines = world.claim.lines
        editions, undated = _editions(table, world, lines)
        codes = tuple({line.procedure: None for line in lines if line.procedure is not None})
        found = world.memo[table] = (
            undated is not None
            or not editions
            or any(line.date is None for line in lines)
            or any(edition.edition.slice or _existing(edition, codes, world) for edition in editions)
        )
    return found


def _existing(edition: OpenTable, codes: tuple[str, ...], world: World) -> list[tuple[str, str]]:
    """The ordered pairs of codes that an edition holds, looked up once a claim."""
    key = (edition, codes)
    found: list[tuple[str, str]] | None = world.memo.get(key)
    if found is None:
        found = world.memo[key] = edition.existing_pairs(codes)
    return found


def _published_pairs(table: BoundTable, fields: tuple[str, ...], world: World) -> list[Pair]:
    """Pairs of lines whose codes a table publishes as a pair."""
    found: list[Pair] = []
    together, lacking = _clusters(world, fields)
    for cluster in together:
        if len(cluster) > 1:
            found += [(line, other, True) for line, other in _published_in(table, world, cluster)]
    without = {id(line) for line in lacking} if lacking else ()
    for doubtful in lacking:
        near = [
            line for line in world.claim.lines if line is not doubtful and joined(fields, doubtful, line) is not False
        ]
        for line, other in _published_in(table, world, [doubtful, *near], doubtful):
            if line is doubtful or (other is doubtful and id(line) not in without):
                found.append((line, other, joined(fields, line, other)))
    return found


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


def _published_in(table: BoundTable, world: World, lines: Sequence[LineView], about: LineView | None = None
                  ) -> list[tuple[LineView, LineView]]:  # fmt: skip
    """The published pairs of these lines. With ``about`` those of that line are asked for, and pairs of two others need
    not be given: each of many lines without a key asks in turn, and all pairs each time would be cubic."""
    by_code: dict[str, list[LineView]] = {}
    for line in lines:
        code = line.procedure
        if code in by_code:
            by_code[code].append(line)
        elif code is not None:
            by_code[code] = [line]
    editions, undated = _editions(table, world, lines)
    found: list[tuple[LineView, LineView]] = []
    if undated is not None or not editions:
        # Without the table nothing can be ruled out: one pair of different codes is enough to say so.
        mine = about or undated or lines[0]
        found += islice(((mine, by_code[code][0]) for code in by_code if code != mine.procedure), 1)
    for edition in editions:
        _published(found, edition, world, by_code, about)
    return found


def _editions(table: BoundTable, world: World, lines: Sequence[LineView]) -> tuple[list[OpenTable], LineView | None]:
    """The editions that answer for the lines' days, and a line for whose day none does."""
    found: list[OpenTable] = []
    without = None
    days: set[date] = set()
    for line in lines:
        day = line.date
        if day is not None and day not in days:
            days.add(day)
            edition = table.edition(world, day, line)
            if isinstance(edition, Unknown):
                without = line
            elif edition not in found:
                found.append(edition)
    return found, without


def _published(found: list[tuple[LineView, LineView]], edition: OpenTable, world: World,
               by_code: dict[str, list[LineView]], about: LineView | None) -> None:  # fmt: skip
    """Add the pairs of lines whose codes an edition holds as a pair."""
    codes = tuple(by_code)
    if edition.edition.slice:
        # Of a pair that a slice leaves out nothing is known; one such pair is enough to say so. A pair is published in
        # one order only, so one that it holds in either order is known.
        unknown = (
            pair
            for pair in combinations(codes, 2)
            if beyond_slice(edition, pair) and beyond_slice(edition, (pair[1], pair[0]))
        )
        found += [(by_code[second][0], by_code[first][0]) for first, second in islice(unknown, 1)]
    for first, second in _existing(edition, codes, world):
        if about is not None and about.procedure not in (first, second):
            continue
        for line in by_code[second]:
            for other in by_code[first] if about is None or line is about else (about,):
                if other is not line and other.procedure == first:
                    found.append((line, other))


def groups(keys: GroupKeys, world: World) -> list[tuple[Group, Unknown | None]]:
    """The groups of a claim's lines by these keys, with what is missing where a key is."""
    found: list[tuple[Group, Unknown | None]] | None = world.memo.get(keys)
    if found is None:
        found = world.memo[keys] = _groups(world, keys)
    return found


def _groups(world: World, keys: GroupKeys) -> list[tuple[Group, Unknown | None]]:
    """Each set of lines once.

    ``day`` is each covered day: a line of several days stands in the group of each. The lines of a group change only
    where a line begins or ends, and what is published for a day only at the start of a month, so these days are enough.
    """
    found: list[tuple[Group, Unknown | None]] = []
    fields, by_day, names = keys.fields, keys.by_day, keys.names
    together, lacking = _clusters(world, fields)
    doubtful = _doubtful(fields, together, lacking) if lacking else ()
    for lines, unknown in (*doubtful, *((cluster, None) for cluster in together)):
        line = lines[0]
        if by_day and len(lines) == 1 and line.date is not None and line.date == line.date_to:
            found.append((Group((line,), names, line.date), unknown))  # nearly every group of nearly every claim
            continue
        for line in lines if by_day else ():
            if line.date is None or line.date_to is None:
                missing = Unknown(Reason("missing_field", "line.date", line.number))
                found.append((Group((line,), names, None), missing))
        found += [(Group(tuple(mine), names, day), unknown) for mine, day in _parts(lines, by_day)]
    return found


def _parts(lines: Sequence[LineView], by_day: bool) -> Iterator[tuple[Sequence[LineView], date | None]]:
    """The lines with their first day, or by day: each set of dated lines that share one, with the day."""
    if not by_day:
        yield lines, min((line.date for line in lines if line.date), default=None)
        return
    dated = [line for line in lines if line.date is not None and line.date_to is not None]
    seen: set[tuple[tuple[int, ...], tuple[int, int]]] = set()
    for day in _days(dated):
        here = [line for line in dated if line.date <= day <= max(line.date, line.date_to)]  # type: ignore[operator, type-var]
        mark = (tuple(line.index for line in here), (day.year, day.month))
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
        if last < date.max:
            days.add(max(first, last) + timedelta(days=1))  # the lines that go on are a group of their own
        if last > first:
            month = first
            for _ in range(MONTHS_LOOKED_AT):
                if (month.year, month.month) >= (last.year, last.month):
                    break  # asked before the next month is worked out: the calendar ends
                month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
                days.add(month)
    return sorted(days)
