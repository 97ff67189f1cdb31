"""Revisions that lack history where nobody gave any: each is noted once a claim, whatever lacks it."""

from __future__ import annotations

from typing import Protocol

from scrubber.claims.line_view import LineView
from scrubber.engine.evaluate.world import Group, World
from scrubber.engine.judge.found import Crash, Found
from scrubber.engine.plan.plan import Remembered, Revisions
from scrubber.engine.plan.rule import Lacking


class Lack(Protocol):
    """What lines or groups with one key lack history for."""

    @property
    def without(self) -> Revisions: ...

    @property
    def lacking(self) -> tuple[Lacking, ...]: ...


def with_lacking(known: Revisions, lack: Lack, found: Found, memory: Remembered, world: World,
                 subject: LineView | Group) -> Revisions:  # fmt: skip
    """The revisions ``known`` to lack history, and those that do on a subject."""
    if not lack.without <= known:
        known = memory.both(known, lack.without)
    for lacks in lack.lacking:
        if lacks.revision not in known:
            try:
                met = lacks.test.run(world, world.claim, subject)
            except Exception as error:  # one rule's crash is one fault, and the rest go on
                found.append(Crash.of(lacks.revision.rule, error))
                continue
            if met is not False:
                known = memory.both(known, frozenset((lacks.revision,)))
    return known
