"""What compiled rules call at run time, where a loop in code would be longer than the call is slow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from scrubber.core.logic import ABSENT, Unknown
from scrubber.engine.evaluate.lists import BoundCodes, code_of
from scrubber.engine.evaluate.world import Group, first_and_last


def any_member(items: Iterable[Any], bound: BoundCodes, day: date | None) -> bool | None:
    """Whether some item is a member; None where that is unknown."""
    doubt = False
    for item in items:
        found = bound.holds(item, day)
        if found is True:
            return True
        doubt = doubt or isinstance(found, Unknown)
    return None if doubt else False


def any_pair(items: Iterable[Any], members: Iterable[Any]) -> bool | None:
    """Whether some item equals some member; None where a code is missing."""
    doubt = False
    wanted = [code_of(member) for member in members]
    for item in items:
        code = code_of(item)
        for member in wanted:
            if code is None or member is None:
                doubt = True
            elif code == member:
                return True
    return None if doubt else False


def same_keys(fields: tuple[str, ...], left: Any, right: Any) -> bool | None:
    """Whether two elements share all keys; None where one is missing and none differs."""
    doubt = False
    for field in fields:
        if field == "day":
            same = share_a_day(left, right)
            if same is False:
                return False
            doubt = doubt or same is None
            continue
        ours, theirs = getattr(left, field), getattr(right, field)
        if ours is None or theirs is None:
            doubt = True
        elif ours != theirs:
            return False
    return None if doubt else True


def share_a_day(left: Any, right: Any) -> bool | None:
    """Whether there is a day that both cover: each begins no later than the other ends."""
    first, last = (getattr(left, name) for name in first_and_last(left.record))
    their_first, their_last = (getattr(right, name) for name in first_and_last(right.record))
    doubt = False
    for begins, ends in ((first, their_last), (their_first, last)):
        if begins is None or ends is None:
            doubt = True
        elif begins > ends:
            return False
    return None if doubt else True


def kept(items: Any) -> Any:
    """A list, or nothing where it is unknown or absent."""
    return () if items is None or items is ABSENT else items


def in_group(line: Any, group: Group) -> bool:
    """Whether a line is one of a group's."""
    return line in group
