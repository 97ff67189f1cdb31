"""The search for an example: best first, mending one clause at a time, then making what was found small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from heapq import heappop, heappush
from typing import Any

from scrubber.engine.compile.program import CompiledTable
from scrubber.lang import ir
from scrubber.testing.example_fields import SPARE, more_lines
from scrubber.testing.example_repairs import rank
from scrubber.testing.example_rows import put_row
from scrubber.testing.example_state import Edit, State, applied, key_of, put, smaller, smaller_tables
from scrubber.testing.example_world import Asked, ExampleWorld
from scrubber.testing.neighbours import after

BUDGET = 3000
"""So many claims are looked at before the search gives up."""
LONG = 10
"""For each so many lines a claim counts as one more: what a look takes grows with them, and adding lines that bring
nothing would go on for minutes."""
DENIED = 60
NOTHING = 1000.0
_STEP = 0.2
"""What a change costs beside the clause that it mends: of two ways the shorter is tried first."""


class Search:
    """Looks for the claims of one rule's example."""

    def __init__(self, world: ExampleWorld, start: State) -> None:
        self.world, self.start = world, start
        self.left, self.denied = BUDGET, 0
        self.nearest: tuple[float, State] = (NOTHING, start)

    def firing(self) -> State | None:
        """A small claim on which the rule fires, and does nothing else; None where none is found."""
        found = self._search([self.start], self._fire_score, self._fire_moves, self._done)
        return None if found is None else self._smallest(found)

    def clear(self, fires: State) -> tuple[State, State] | None:
        """The nearest claim on which the rule is clear, and the firing one with the table rows of both."""
        self.left = BUDGET
        first = [state for edit in self._near(fires) if (state := applied(edit, fires)) is not None]

        def done(state: State) -> Any:
            return self._together(fires, state)

        for state in first:
            found = done(state)
            if found:
                return self._fewest_rows(*found)
        found = self._search(first, self._clear_score, self._clear_moves, done)
        return None if found is None else self._fewest_rows(*found)

    def _search(self, starts: list[State], score: Callable[[State], float],
                moves: Callable[[State], Iterator[Edit]], done: Callable[[State], Any]) -> Any:  # fmt: skip
        heap: list[tuple[float, int, int, State]] = []
        known: set[str] = set()

        def take(state: State, depth: int) -> Any:
            key = key_of(state)
            if key in known or self.left <= 0:
                return None
            known.add(key)
            self.left -= 1 + len(state["claim"]["lines"]) // LONG
            found = score(state)
            heappush(heap, (found + _STEP * depth, len(known), depth, state))
            return (done(state) or None) if found == 0 else None

        for state in starts:
            if found := take(state, 0):
                return found
        while heap and self.left > 0:
            _, _, depth, state = heappop(heap)
            if found := done(state):
                return found
            for edit in moves(state):
                other = applied(edit, state)
                if other is not None and (found := take(other, depth + 1)):
                    return found
        return None

    # ---- towards firing

    def _fires(self, state: State) -> bool:
        return self.world.outcome(state) == ("fires",)

    def _done(self, state: State) -> State | None:
        """The state, where the rule fires. Where all of its condition holds and it still does not, time and again,
        no more claims are looked at: it is not the condition that stands in the way."""
        if self._fires(state):
            return state
        self.denied += self._fire_score(state) == 0
        if self.denied > DENIED:
            self.left = 0
        return None

    def _fire_score(self, state: State) -> float:
        found = min((each.to_fire for each in self.world.subjects(state)), default=NOTHING)
        self.nearest = min(self.nearest, (found, state), key=lambda each: each[0])
        return found

    def _fire_moves(self, state: State) -> Iterator[Edit]:
        edits: list[tuple[float, list[Edit]]] = []
        for each in self.world.subjects(state):
            edits.append((each.to_fire, list(_towards(each, True))))
        for _, some in sorted(edits, key=lambda pair: pair[0])[:3]:
            yield from some
        if not edits:
            yield from self._subject(state)

    def _subject(self, state: State) -> Iterator[Edit]:
        """Edits that give the rule a subject: days on which it is in force, two lines that are a published pair."""
        day = self.world.day.isoformat()
        for field in ("discharge_date", "statement_to", "statement_from"):
            yield put(("claim",), field, day)
        rule, lines = self.world.rule, state["claim"]["lines"]
        if rule.scope == "pair" and len(lines) < 2:
            yield more_lines(("claim",), {"procedure": SPARE["procedure"][0]})
        for code in self.world.codes(state):
            yield from (put(("claim", "lines", number), "procedure", code) for number in range(len(lines)))
        if len(lines) > 1:
            yield lambda s: s["claim"]["lines"].__setitem__(1, dict(s["claim"]["lines"][0]))
        codes = [line["procedure"] for line in lines if isinstance(line.get("procedure"), str)]
        if rule.pair_table and len(codes) > 1:
            for name, table in self._stored(rule.pair_table):
                for first, second in ((codes[1], codes[0]), (codes[0], codes[1])):
                    keys = dict(zip(table.keys, (first, second), strict=False))
                    yield partial(put_row, stored=name, table=table, keys=keys, column={})

    def _stored(self, name: str) -> Iterator[tuple[str, CompiledTable]]:
        for stored, table in self.world.declared.items():
            if table.name == name:
                yield stored, table

    def _smallest(self, state: State) -> State:
        """Without everything that it fires without."""
        again = True
        while again:
            again = False
            for less in (*smaller(state), *smaller_tables(state)):
                if self._fires(less):
                    state, again = less, True
                    break
        return state

    # ---- towards clear

    def _together(self, fires: State, state: State) -> tuple[State, State] | None:
        """The two claims over the same tables, where one is clear and the other still fires."""
        if state["payer"] != fires["payer"] or state["parameters"] != fires["parameters"]:
            return None  # they are said once for the whole file
        if self.world.outcome(state) != ():
            return None
        mine = {**fires, "tables": state["tables"]}
        return (mine, state) if self._fires(mine) else None

    def _clear_score(self, state: State) -> float:
        """Every subject has to be clear. A claim without a subject shows nothing."""
        each = [subject.to_clear for subject in self.world.subjects(state)]
        return sum(each) if each else 0.0

    def _clear_moves(self, state: State) -> Iterator[Edit]:
        for each in self.world.subjects(state):
            yield from list(_towards(each, False))

    def _near(self, fires: State) -> Iterator[Edit]:
        """Claims one change away: a number moved, what a clause asks for not there, a value moved by one."""
        for each in self.world.subjects(fires):
            yield from list(_towards(each, False))
        claim = fires["claim"]
        for number, line in enumerate(claim["lines"]):
            for field, value in line.items():
                if isinstance(value, str) and field not in ("date", "date_to"):
                    yield put(("claim", "lines", number), field, after(value))
        for other in smaller(fires):
            yield partial(_replaced, other=other)

    def _fewest_rows(self, fires: State, clear: State) -> tuple[State, State]:
        again = True
        while again:
            again = False
            for less in smaller_tables(clear):
                found = self._together(fires, less)
                if found is not None:
                    (fires, clear), again = found, True
                    break
        return fires, clear


def _replaced(state: State, other: State) -> None:
    state.clear()
    state.update(other)


def _towards(each: Asked, fire: bool) -> Iterator[Edit]:
    """Edits of one subject. Those of numbers and dates come first where the rule is to become clear: they stand at the
    boundary; those of the procedure come last, because any rule is clear of another procedure (see ``rank``)."""
    when, unless = each.revision.when, each.revision.revision.unless
    if fire:
        for owner, name in _lacking(each):
            yield from each.repairs.join_key(owner, name)
        if when is not None:
            yield from each.repairs.truth(when, True)
        for item in unless:
            yield from each.repairs.truth(item.condition, False)
    elif isinstance(when, ir.And):
        for item in sorted(when.items, key=rank):
            yield from each.repairs.truth(item, False)
    elif when is not None:
        yield from each.repairs.truth(when, False)


def _lacking(each: Asked) -> Iterator[tuple[Any, str]]:
    """The keys that a pair or a group is joined by, and that a line of it does not have."""
    variables = each.repairs.reference.variables
    group = variables.get("group")
    lines = group.lines if group is not None else [variables[name] for name in ("line", "other") if name in variables]
    for name in (*each.bound.pair_fields, *each.bound.group_keys.fields):
        yield from ((line, name) for line in lines if line.record == "line" and getattr(line, name) is None)
