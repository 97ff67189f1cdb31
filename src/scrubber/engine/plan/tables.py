"""A declared table bound to the editions at hand: which file answers, and what absence means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from scrubber.claims.line_view import LineView
from scrubber.core.diagnostics import InputError
from scrubber.core.logic import ABSENT, NAMES_A_DAY, Reason, Unknown
from scrubber.core.memo import kept
from scrubber.engine.compile.program import CompiledTable
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.epochs import Epoch, Epochs, EveryDay
from scrubber.engine.plan.narrow import ClaimKey, claim_fields
from scrubber.lang import ir
from scrubber.tables.names import ABSENT as NO_ROW
from scrubber.tables.names import as_name
from scrubber.tables.store import TableStore
from scrubber.tables.table import AMBIGUOUS, OpenTable

WORTH_EPOCHS = 256
"""After so many look-ups more will come, on other days."""


class BoundTable:
    """A table as the rules of one program read it. Shared by all plans, and by threads.

    ``own`` is the table a pack carries itself; imported ones come from ``store``. ``fields`` are the fields of the
    claim that its setting is chosen by; None where it is chosen by more.
    """

    def __init__(self, table: CompiledTable, store: TableStore, own: OpenTable | None, bindings: Any) -> None:
        self.table, self.store, self.own, self.bindings = table, store, own, bindings
        conditions = tuple(setting.condition for setting in table.settings)
        self.fields = claim_fields(conditions)
        self._sole = "" if table.settings else table.stored
        self._claim_key = ClaimKey(self.fields or ())
        self._by_line = any(isinstance(n, ir.FieldOf) and n.variable == "line" for n in ir.nodes_of(conditions))
        self._settings: dict[tuple[Any, ...], str | Unknown] = {}
        self._answers: dict[tuple[Any, ...], Any] = {}
        self._editions: dict[tuple[str, date], OpenTable | Unknown] = {}
        self._epochs: Epochs = EveryDay()
        self._looked_up = 0

    def alike(self, world: World, day: date, subject: Any) -> tuple[str | Unknown, Epoch]:
        """The same wherever all answers are the same, but for naming a day that no edition answers for. In a long run
        these are, of one setting, all days between two on which a row or an edition begins or ends."""
        return self._sole or self.stored_name(world, subject), self._epochs[day]

    def value(self, world: World, keys: tuple[Any, ...], column: str, day: Any, subject: Any) -> Any:
        """The cell of ``column`` (the row itself where empty) on ``day``; ABSENT or Unknown where there is none."""
        stored = self._sole or self.stored_name(world, subject)
        if stored.__class__ is Unknown:
            return stored
        # Editions never change while a store is open, so what was asked once for any claim is not looked up again.
        asked = (stored, keys, column, self._epochs[day])
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._value(self._find(world, keys, column, day, subject), column)
            self._looked_up += 1
            if self._looked_up >= WORTH_EPOCHS and isinstance(self._epochs, EveryDay):
                self.turns()
            elif answer.__class__ is not Unknown or not names_a_day(answer):
                self._answers = kept(self._answers, asked, answer)
        return answer

    def _value(self, found: Any, column: str) -> Any:
        if not isinstance(found, tuple) or not column:
            return found
        edition, row = found
        value = edition.value(row, column)
        return Unknown(Reason("missing_field", f"{self.table.name}.{column}")) if value is None else value

    def _find(self, world: World, keys: tuple[Any, ...], column: str, day: Any, subject: Any) -> Any:
        """The edition and row in force as a pair; ABSENT or Unknown otherwise."""
        edition = self.edition(world, day, subject)
        if isinstance(edition, Unknown):
            return edition
        if column and column not in edition.edition.columns:
            # An older version of the importer did not keep it. Reading the row without it would pass for an answer.
            return Unknown(Reason("no_table", f"column {column} of {edition.edition.table} (import the table again)"))
        row = edition.find(keys, day.toordinal(), column or None)
        if row == AMBIGUOUS:
            return Unknown(Reason("ambiguous", f"{edition.edition.table} {' '.join(map(as_name, keys))}"))
        if row == NO_ROW:
            if beyond_slice(edition, keys):
                # The rows a slice leaves out are not absent: nobody has looked.
                return Unknown(Reason("no_table", f"{edition.edition.table} (only a slice of it is loaded)"))
            if self.table.absent == "none":
                return ABSENT
            return Unknown(Reason("not_published", f"{edition.edition.table} {' '.join(map(as_name, keys))}"))
        return edition, row

    def edition(self, world: World, day: date, subject: Any) -> OpenTable | Unknown:
        """The edition that answers for the subject on ``day``."""
        if self.own is not None:
            return self.own
        stored = self._sole or self.stored_name(world, subject)
        if isinstance(stored, Unknown):
            return stored
        key = (stored, day)
        found = self._editions.get(key)
        if found is None:
            found = self._edition(stored, day)
            self._editions = kept(self._editions, key, found)
        return found

    def _edition(self, stored: str, day: date) -> OpenTable | Unknown:
        found = self.store.edition_for(stored, day, self.table.edition_policy)
        if found is not None:
            return found
        if not self.store.editions(stored):
            return Unknown(Reason("no_table", stored))
        return Unknown(Reason("no_edition", f"{stored} on {day.isoformat()}"))

    def edition_name(self, world: World, day: date, subject: Any) -> str:
        """Which edition answers on ``day``: the stored table and its cover, or the pack's own list."""
        edition = self.edition(world, day, subject)
        if isinstance(edition, Unknown):
            return ""
        return f"{edition.edition.table} {edition.edition.id}" if self.own is None else f"{self.table.pack} list"

    def stored_name(self, world: World, subject: Any) -> str | Unknown:
        """The imported table to read: of several settings the first whose condition holds."""
        if not self.table.settings:
            return self.table.stored
        line = subject if isinstance(subject, LineView) else next(iter(getattr(subject, "lines", ())), None)
        if self.fields is None:
            return self._setting(world, line)
        claim = world.claim if line is None else line.claim
        mark = (self, world.day, claim)
        found: str | Unknown | None = world.memo.get(mark)
        if found is None:
            key = (world.day, self._claim_key.of(claim))
            found = self._settings.get(key)
            if found is None:
                found = self._setting(world, line)
                self._settings = kept(self._settings, key, found)
            world.memo[mark] = found
        return found

    def _setting(self, world: World, line: LineView | None) -> str | Unknown:
        if line is None and self._by_line:
            return Unknown(Reason("no_table", f"{self.table.name}: it takes a line to know which of its files answers"))
        claim = line.claim if line is not None else world.claim
        variables = {"claim": claim} if line is None else {"claim": claim, "line": line}
        for setting in self.table.settings:
            met = Reference(world, self.bindings, variables).truth(setting.condition)
            if isinstance(met, Unknown):
                return met
            if met:
                return f"{self.table.stored}/{setting.name}"
        return Unknown(Reason("no_table", f"{self.table.name}: no setting fits this claim"))

    def turns(self) -> frozenset[int]:
        """The days on which an epoch begins. What the table answers is remembered by epochs from now on."""
        turns = frozenset(self.turning_days())
        if isinstance(self._epochs, EveryDay):
            self._epochs = Epochs(turns)
        return turns

    def turning_days(self) -> Iterator[int]:
        """The days, as ordinals, on which an edition or a row begins or has just ended. Of a damaged file only its own
        days are known; asking it for one of them says that it is damaged."""
        if self.own is not None:
            yield from self.own.turning_days()
        for name in self.editions():
            for edition in self.store.editions(name):
                yield from (edition.first.toordinal(), edition.last.toordinal() + 1)
                try:
                    yield from self.store.open(edition).turning_days()
                except InputError:
                    continue

    @property
    def loaded(self) -> bool:
        """Whether there is a file of the table at all, for whatever setting and dates. One that is damaged counts:
        rules that ask it say so by its name, and are not left out as if nobody had imported it."""
        return self.own is not None or any(self.store.holds(name) for name in self.editions())

    def editions(self) -> Sequence[str]:
        """The names under which the table may be stored."""
        if self.own is not None:
            return ()
        names = [f"{self.table.stored}/{setting.name}" for setting in self.table.settings]
        return names or [self.table.stored]


def names_a_day(answer: Unknown) -> bool:
    """Whether an answer says of a day that no edition answers for it: another day hears of itself."""
    return any(reason.kind in NAMES_A_DAY for reason in answer.reasons)


def beyond_slice(edition: OpenTable, keys: Sequence[Any]) -> bool:
    """Whether an edition is a slice that says nothing of these keys.

    The bundled slice holds all of HCPCS Level II, whose codes begin with a letter, and no CPT code. A set of files of
    which a part was not given says nothing of any key it does not hold.
    """
    if not edition.edition.slice:
        return False
    digits = any(isinstance(key, str) and key[:1].isdigit() for key in keys)
    return (digits or edition.holds_cpt) and not edition.has_key(tuple(keys))
