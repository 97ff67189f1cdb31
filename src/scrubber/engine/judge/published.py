"""Pairs of lines whose codes a table publishes as a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice
from typing import Any

from msgspec import Struct

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Unknown
from scrubber.core.memo import kept
from scrubber.engine.evaluate.world import World, is_long
from scrubber.engine.judge.keys import clusters_of, joined
from scrubber.engine.plan.epochs import Epoch
from scrubber.engine.plan.plan import Remembered
from scrubber.engine.plan.tables import BoundTable, beyond_slice
from scrubber.tables.table import OpenTable

Pair = tuple[LineView, LineView, bool | Unknown]
"""Line, other, and whether they are joined."""


class Answering(Struct, frozen=True):
    """The editions of a table that answer for a claim's days.

    ``without`` is a line for whose day none does; ``sole`` the one edition that answers for all lines, where there is
    one and each line has a day.
    """

    editions: tuple[OpenTable, ...]
    without: LineView | None
    sole: OpenTable | None


def published_pairs(table: BoundTable, fields: tuple[str, ...], world: World) -> list[Pair]:
    """Ordered pairs (line, other) that share these fields, with their codes the other way round: column 2, column 1.

    Rules over one table with one key (never payable, payable with a modifier) share their pairs.
    """
    key = (table, fields)
    found: list[Pair] | None = world.memo.get(key)
    if found is None:
        answering = _answering(table, world)
        may_be = answering.sole is None or answering.sole.edition.slice or bool(_existing(answering.sole, world))
        # Most claims have no two codes that are published as a pair, and are done with.
        found = world.memo[key] = _published_pairs(table, fields, world, answering) if may_be else []
    return found


def answers_for_all(table: BoundTable, world: World) -> bool:
    """Whether a table answers for any two lines of the claim."""
    sole = _answering(table, world).sole
    return sole is not None and not sole.edition.slice


def beside_published(table: BoundTable, fields: tuple[str, ...], world: World, apart: Callable[[LineView], Any] | None
                     ) -> Iterator[tuple[LineView, Sequence[LineView], bool | Unknown]]:  # fmt: skip
    """Where a table does not answer for all of a claim: each line, the lines it could be a pair with, and whether they
    are joined. Of pairs of which nothing is known :func:`published_pairs` gives one, and on that one a rule may be
    clear for a modifier, say.

    ``apart`` gives what rules tell lines apart by: of lines that are alike one is given, and one of another code.
    """
    together, lacking = clusters_of(world, fields)
    for cluster in together:
        lines = cluster if apart is None else _told_apart(cluster, apart)
        if len(lines) > 1:
            for line in lines:
                yield line, lines, True
    marks: dict[int, Any] = {}
    if apart is not None and lacking:
        marks = {id(line): (apart(line), *[getattr(line, field) for field in fields]) for line in world.claim.lines}
    asked: set[tuple[Any, Any]] = set()
    for doubtful in lacking:
        for near in world.claim.lines:
            if near.procedure == doubtful.procedure:  # no code is published as a pair with itself
                continue
            if marks:
                pair = (marks[id(doubtful)], marks[id(near)])
                if pair in asked:
                    continue
                asked.add(pair)
            met = joined(fields, doubtful, near)
            if met is not False:
                yield doubtful, (near,), met
                yield near, (doubtful,), met


def _told_apart(cluster: Sequence[LineView], apart: Callable[[LineView], Any]) -> list[LineView]:
    """Of lines that are alike the first, and the first with another code: no code is a pair with itself."""
    firsts: dict[tuple[Any, str | None], LineView] = {}
    for line in cluster:
        firsts.setdefault((apart(line), line.procedure), line)
    codes: dict[Any, int] = {}
    found = []
    for (mark, _), line in firsts.items():
        codes[mark] = codes.get(mark, 0) + 1
        if codes[mark] <= 2:
            found.append(line)
    return found


def is_beside(table: BoundTable, world: World, line: LineView, other: LineView) -> bool:
    """Whether nothing is known of the codes of two lines as a pair, on the day of one of them."""
    codes = (line.procedure, other.procedure)
    for each in (line, other):
        edition = None if each.date is None else table.edition(world, each.date, each)
        if not isinstance(edition, OpenTable) or _is_beyond(edition, codes):
            return True
    return False


def _is_beyond(edition: OpenTable, codes: tuple[str | None, str | None]) -> bool:
    """Whether an edition is a slice that leaves two codes out as a pair. A pair is published in one order only, so one
    that it holds in either order is known."""
    return beyond_slice(edition, codes) and beyond_slice(edition, codes[::-1])


def all_published(memory: Remembered, table: BoundTable, world: World, epoch: Epoch, setting: int
                  ) -> Sequence[tuple[str, str]] | None:  # fmt: skip
    """The ordered pairs of the claim's codes that a table publishes, where one edition answers for all of its lines.

    None where none does or it is a slice, and for a long claim, whose lines are better grouped first. ``epoch`` is the
    one of all lines; None where they are of several or lack a day.
    """
    if epoch is None or is_long(world):
        return None
    sole = _answering(table, world, memory, (table, epoch, setting)).sole
    return None if sole is None or sole.edition.slice else _existing(sole, world)


def _answering(table: BoundTable, world: World, memory: Remembered | None = None, key: Any = None) -> Answering:
    """The editions for a claim, found out once; ``key`` is what they are remembered under where one answers for all."""
    found: Answering | None = world.memo.get(table)
    if found is None and memory is not None:
        found = memory.answering.get(key)
    if found is None:
        found = _asked(table, world)
        if memory is not None and found.sole is not None and table.fields is not None:
            memory.answering = kept(memory.answering, key, found)
    world.memo[table] = found
    return found


def _asked(table: BoundTable, world: World) -> Answering:
    lines = world.claim.lines
    editions, without = _editions(table, world, lines)
    certain = len(editions) == 1 and without is None and all(line.date is not None for line in lines)
    return Answering(tuple(editions), without, editions[0] if certain else None)


def _existing(edition: OpenTable, world: World) -> list[tuple[str, str]]:
    """The ordered pairs of the claim's codes that an edition holds, looked up once."""
    found: list[tuple[str, str]] | None = world.memo.get(edition)
    if found is None:
        codes = [line.procedure for line in world.claim.lines if line.procedure is not None]
        found = world.memo[edition] = edition.existing_pairs(codes)
    return found


def _published_pairs(table: BoundTable, fields: tuple[str, ...], world: World, answering: Answering) -> list[Pair]:
    """Pairs of lines whose codes a table publishes as a pair."""
    found: list[Pair] = []
    together, lacking = clusters_of(world, fields)
    for cluster in together:
        if len(cluster) > 1:
            found += [(line, other, True) for line, other in _published_in(table, world, answering, cluster)]
    without = {id(line) for line in lacking} if lacking else ()
    for doubtful in lacking:
        near = [
            line for line in world.claim.lines if line is not doubtful and joined(fields, doubtful, line) is not False
        ]
        for line, other in _published_in(table, world, answering, [doubtful, *near], doubtful):
            if line is doubtful or (other is doubtful and id(line) not in without):
                found.append((line, other, joined(fields, line, other)))
    return found


def _published_in(table: BoundTable, world: World, answering: Answering, lines: Sequence[LineView],
                  about: LineView | None = None) -> list[tuple[LineView, LineView]]:  # fmt: skip
    """The published pairs of these lines. With ``about`` those of that line are asked for, and pairs of two others need
    not be given: each of many lines without a key asks in turn, and all pairs each time would be cubic."""
    by_code: dict[str, list[LineView]] = {}
    for line in lines:
        code = line.procedure
        if code in by_code:
            by_code[code].append(line)
        elif code is not None:
            by_code[code] = [line]
    editions: Iterable[OpenTable] = answering.editions
    undated = None
    if answering.sole is None:
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
    without, before = None, world.day
    asked: set[Any] = set()
    for line in lines:
        day = line.date
        mark = day if table.fields is not None else line.index  # where more than the claim decides which table is read
        if day is not None and mark not in asked:
            asked.add(mark)
            world.day = day  # a table's setting may go by a list that turns; other rules may have left another day
            edition = table.edition(world, day, line)
            if isinstance(edition, Unknown):
                without = line
            elif edition not in found:
                found.append(edition)
    world.day = before
    return found, without


def _published(found: list[tuple[LineView, LineView]], edition: OpenTable, world: World,
               by_code: dict[str, list[LineView]], about: LineView | None) -> None:  # fmt: skip
    """Add the pairs of lines whose codes an edition holds as a pair."""
    if edition.edition.slice:
        # Of a pair that a slice leaves out nothing is known; one such pair is enough to say so.
        unknown = (pair for pair in combinations(by_code, 2) if _is_beyond(edition, pair))
        found += [(by_code[second][0], by_code[first][0]) for first, second in islice(unknown, 1)]
    for first, second in _existing(edition, world):
        if first not in by_code or second not in by_code:
            continue
        if about is not None and about.procedure not in (first, second):
            continue
        for line in by_code[second]:
            for other in by_code[first] if about is None or line is about else (about,):
                if other is not line and other.procedure == first:
                    found.append((line, other))
