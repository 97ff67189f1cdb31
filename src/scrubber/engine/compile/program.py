"""Compiled packs: typed IR in place of text. Plain data, so that it can be cached on disk and shared by threads."""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
from collections.abc import Sequence

from msgspec import Struct

from scrubber.core.places import Place
from scrubber.core.types import Type
from scrubber.lang import ir
from scrubber.packs.model import Applies, Authority, Denial, Override, Parameter, ParameterValue, Window

Template = tuple[str | ir.Value, ...]
"""A message: literal text and values, in order."""


class CompiledUnless(Struct, frozen=True, array_like=True):
    """An exception; ``text`` is the condition as written, shown by ``explain``."""

    condition: ir.Condition
    reason: Template
    text: str


class CompiledFix(Struct, frozen=True, array_like=True):
    """A fix whose conditions are compiled. ``choose`` are the members to choose from as written, in order.

    See :class:`scrubber.packs.model.FixText`.
    """

    kind: str
    target: str
    field: str
    because: str
    choose: tuple[str, ...] = ()
    value: ir.Value | None = None
    condition: ir.Condition | None = None


class CompiledRevision(Struct, frozen=True, array_like=True):
    """One effective-dated version. ``when`` is None where the rule holds for every claim it applies to."""

    number: int
    window: Window
    severity: str
    message: Template
    when: ir.Condition | None
    clauses: tuple[str, ...]
    unless: tuple[CompiledUnless, ...]
    denial: Denial
    bypassable: str | None
    fixes: tuple[CompiledFix, ...]
    authority: tuple[Authority, ...]


class CompiledRow(Struct, frozen=True, array_like=True):
    """A row of ``for_each_row``: constants that stand for ``row.column``."""

    place: Place
    values: dict[str, ir.Value]


class RuleHead(Struct, frozen=True, array_like=True):
    """What decides whether a rule is in force. ``applies`` lists the pack's and the rule's own criteria: all must hold.

    ``waits_for`` are the tables that it reads and that its pack requires: without them it is left out.
    """

    id: str
    pack: str
    status: str
    applies: tuple[Applies, ...]
    waits_for: tuple[str, ...]


class CompiledRule(RuleHead, frozen=True):
    """A rule ready to be bound. ``claim_fields`` are the fields of the claim that its conditions and exceptions
    read."""

    title: str
    category: str
    scope: str
    basis: str
    place: Place
    why: str
    needs: tuple[str, ...]
    revisions: tuple[CompiledRevision, ...]
    same: tuple[ir.Key, ...] = ()
    pair_table: str = ""
    group_by: tuple[ir.Key, ...] = ()
    rows: tuple[CompiledRow, ...] = ()
    claim_fields: tuple[str, ...] = ()


class CompiledSetVersion(Struct, frozen=True, array_like=True):
    """Members over a window. ``codes`` may name further sets, which are looked up in the same pack's names.

    ``written`` are the members in the author's order, which is the order in which choices are offered.
    """

    window: Window
    codes: ir.Codes
    written: tuple[str, ...] = ()


class CompiledSet(Struct, frozen=True, array_like=True):
    """A value set. ``filled`` is false for a ``@local/…`` set that the practice has not filled yet."""

    name: str
    pack: str
    type: Type
    versions: tuple[CompiledSetVersion, ...]
    filled: bool = True


class CompiledSetting(Struct, frozen=True, array_like=True):
    """One of the stored tables that a table is chosen from, and when it is the one."""

    name: str
    condition: ir.Condition


class TableRow(Struct, frozen=True, array_like=True):
    """A row of a table that a pack carries itself: values by column, as text, and the days it holds."""

    values: dict[str, str]
    window: Window


class CompiledTable(Struct, frozen=True, array_like=True):
    """A declared table. ``stored`` is the name it was imported under; ``rows`` are given for a pack's own CSV."""

    name: str
    pack: str
    stored: str
    keys: dict[str, Type]
    columns: dict[str, Type]
    absent: str
    match: str
    edition_policy: str
    published_at: str
    settings: tuple[CompiledSetting, ...]
    rows: tuple[TableRow, ...] | None = None


class ProgramPack(Struct, frozen=True, array_like=True):
    """What stays of a pack: identity, layers, and the names its conditions may use (name to declaring pack)."""

    id: str
    version: str
    title: str
    digest: str
    path: str
    applies: Applies
    extends: tuple[str, ...]
    overrides: tuple[Override, ...]
    settings: tuple[ParameterValue, ...]
    sets: dict[str, str]
    tables: dict[str, str]
    parameters: dict[str, str]


class Program(Struct, frozen=True, array_like=True):
    """All loaded packs, compiled. Sets, tables and parameters are keyed ``pack:name``."""

    packs: tuple[ProgramPack, ...]
    rules: Sequence[CompiledRule]
    sets: dict[str, CompiledSet]
    tables: dict[str, CompiledTable]
    parameters: dict[str, Parameter]

    @property
    def heads(self) -> Sequence[RuleHead]:
        """What decides whether each rule is in force, in their order. Rules from a cache are not read for it."""
        heads: Sequence[RuleHead] = getattr(self.rules, "heads", self.rules)
        return heads
