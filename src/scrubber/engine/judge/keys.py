"""Lines that share keys: a day, a provider, a procedure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.evaluate.world import World


def joined(fields: Sequence[str], left: LineView, right: LineView) -> bool | Unknown:
    """Whether two lines share the keys: Unknown, naming what is missing, where none differs and one is missing."""
    missing: list[Reason] = []
    for field in fields:
        ours, theirs = getattr(left, field), getattr(right, field)
        if ours is None:
            missing.append(Reason("missing_field", f"line.{field}", left.number))
        elif theirs is not None and ours != theirs:
            return False
        if theirs is None:
            missing.append(Reason("missing_field", f"line.{field}", right.number))
    return Unknown(*missing) if missing else True


def clusters_of(world: World, fields: tuple[str, ...]) -> tuple[list[list[LineView]], list[LineView]]:
    """The claim's clusters by these fields, worked out once a claim."""
    found: tuple[list[list[LineView]], list[LineView]] | None = world.memo.get(fields)
    if found is None:
        found = world.memo[fields] = clusters(world.claim.lines, fields)
    return found


@cache
def reader(fields: tuple[str, ...]) -> Callable[[LineView], Any]:
    """What a line has of these fields: the value itself of one, a tuple of several."""
    return attrgetter(*fields)


def clusters(lines: Sequence[LineView], fields: Sequence[str]) -> tuple[list[list[LineView]], list[LineView]]:
    """Lines with equal keys together, and apart from them the lines that lack a key."""
    together: dict[Any, list[LineView]] = {}
    lacking: list[LineView] = []
    if not fields:
        return [list(lines)] if lines else [], lacking
    read, single = reader(tuple(fields)), len(fields) == 1
    for line in lines:
        key = read(line)
        if key in together:
            together[key].append(line)
        elif key is None if single else None in key:
            lacking.append(line)
        else:
            together[key] = [line]
    return list(together.values()), lacking
