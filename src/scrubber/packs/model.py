"""A pack as its author wrote it, checked for shape; conditions are still text. Plain data, no YAML and no pydantic."""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
from datetime import date

from msgspec import Struct

from scrubber.core.places import Place, Text
from scrubber.core.types import Type

SEVERITIES = ("reject", "deny", "review", "info")
STATUSES = ("draft", "shadow", "active", "retired")
SCOPES = ("line", "pair", "group", "diagnosis", "diagnosis_pair", "claim")
BASES = ("from", "to", "discharge", "sent")


class Window(Struct, frozen=True):
    """Days on which something holds, both ends included; None is open."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in the window."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Authority(Struct, frozen=True):
    """Where a rule, an override or a list comes from. ``evidence``: primary (the text was read) or secondary."""

    title: str
    section: str = ""
    edition: str = ""
    url: str = ""
    evidence: str = ""
    seen: date | None = None


class Denial(Struct, frozen=True):
    """The denial to expect: claim adjustment reason codes, remark codes, and 277CA ``category:status`` pairs."""

    carc: tuple[str, ...] = ()
    rarc: tuple[str, ...] = ()
    claim_status: tuple[str, ...] = ()


class Choice(Struct, frozen=True, omit_defaults=True):
    """One ``any_of`` / ``none_of`` pair of ``applies``; both empty: anything."""

    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


class Applies(Struct, frozen=True, omit_defaults=True):
    """Whom a pack or a rule is about, by what the payer map says of the claim."""

    payer: Choice = Choice()
    payer_class: Choice = Choice()
    product: Choice = Choice()
    state: Choice = Choice()
    claim_type: Choice = Choice()


class Tree(Struct, frozen=True):
    """``when:`` as written. ``mode`` is ``text`` (then ``text``), ``all``, ``any`` or ``none`` (then ``items``)."""

    mode: str
    text: Text | None = None
    items: "tuple[Tree, ...]" = ()


class Unless(Struct, frozen=True):
    """An exception: where it holds, the rule is bypassed and the reason (a message template) is kept."""

    condition: Text
    reason: Text


class FixText(Struct, frozen=True):
    """A fix as written. ``target``: line, other, group or claim. ``choose`` is a code set expression (``@set`` or
    ``{…}``), ``value`` a value expression, ``condition`` when to offer it; ``because`` is shown to the biller."""

    kind: str
    target: str = "line"
    field: str = ""
    choose: Text | None = None
    value: Text | None = None
    condition: Text | None = None
    because: str = ""
    place: Place | None = None


class PairSpec(Struct, frozen=True):
    """What makes two lines a pair: equal keys (field names or ``policy.x``), and a table that must hold a row of
    (other's procedure, line's procedure), which limits the work to published pairs."""

    same: tuple[Text, ...]
    table: str = ""


class Revision(Struct, frozen=True):
    """One effective-dated version of a rule. ``number`` counts from 1 in date order."""

    number: int
    window: Window
    severity: str
    message: Text
    when: Tree | None
    unless: tuple[Unless, ...] = ()
    denial: Denial = Denial()
    bypassable: str | None = None
    fixes: tuple[FixText, ...] = ()
    authority: tuple[Authority, ...] = ()


class Row(Struct, frozen=True):
    """One row of a ``for_each_row`` list: its values by column (as text, typed by the rule's ``columns``)."""

    place: Place
    values: dict[str, str]


class LintOff(Struct, frozen=True):
    """A lint that a rule is not held to, and why: ``code`` is SCR9nn, or a warning's, SCR402 to SCR407."""

    code: str
    reason: str
    place: Place


class Rule(Struct, frozen=True):
    """A rule as written. ``id`` is permanent. ``basis`` names the date that decides the revision."""

    id: str
    pack: str
    title: str
    category: str
    status: str
    scope: str
    revisions: tuple[Revision, ...]
    place: Place
    applies: Applies = Applies()
    basis: str = "from"
    needs: tuple[str, ...] = ()
    pair: PairSpec | None = None
    group_by: tuple[Text, ...] = ()
    columns: dict[str, Type] = {}
    rows: tuple[Row, ...] = ()
    why: str = ""
    lint_off: tuple[LintOff, ...] = ()


class SetVersion(Struct, frozen=True):
    """The members of a value set over a window: codes, ranges ``A-B``, patterns and ``@set`` names, as written."""

    window: Window
    members: tuple[Text, ...]


class ValueSet(Struct, frozen=True):
    """Named codes. ``name`` has no @; ``local/…`` sets are filled by the practice and may be empty until then."""

    name: str
    type: Type
    versions: tuple[SetVersion, ...]
    place: Place
    authority: tuple[Authority, ...] = ()
    title: str = ""


class Definition(Struct, frozen=True):
    """A named condition. ``place`` is that of its name."""

    name: str
    text: Text
    place: Place
    title: str = ""


class Setting(Struct, frozen=True):
    """One of the files a table is chosen from: ``name`` as imported, ``condition`` over the claim and the line."""

    name: str
    condition: Text


class TableSpec(Struct, frozen=True):
    """Reference data as conditions see it.

    ``match``: how the last key meets the rows: exact, descendant (the row's code or an ancestor), range.
    ``absent``: none or not_published. ``columns`` are value columns. ``effective`` names the first- and last-day
    columns, or is empty. ``settings`` choose among imported tables named ``name/setting``. ``view_of`` names the
    stored table where it is not ``name``. ``source`` is a CSV of the pack itself.
    """

    name: str
    keys: dict[str, Type]
    columns: dict[str, Type]
    absent: str
    place: Place
    match: str = "exact"
    effective: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    view_of: str = ""
    source: str = ""
    edition_policy: str = "strict"
    published_at: str = ""
    title: str = ""


class Parameter(Struct, frozen=True):
    """What policy leaves open. ``type`` is a list of codes, number, duration, calendar, fields, flag, date or money.
    ``default`` is the value as written; a list is its items."""

    name: str
    type: Type
    default: tuple[str, ...]
    meaning: str
    place: Place


class ParameterValue(Struct, frozen=True):
    """A pack sets a parameter for the claims it applies to."""

    name: str
    value: tuple[str, ...]
    place: Place
    reason: str = ""
    authority: tuple[Authority, ...] = ()


class Override(Struct, frozen=True):
    """A pack changes another's rule for the claims it applies to. ``action``: disable, replace or retune."""

    rule: str
    action: str
    reason: str
    authority: tuple[Authority, ...]
    place: Place
    severity: str = ""
    replacement: str = ""


class Pack(Struct, frozen=True):
    """A folder of rules. ``digest`` is a SHA-256 over its files, in order of name. ``extends_at`` has the place of each
    name in ``extends``. The pack's ``applies`` is already worked into the ``applies`` of its rules.
    ``requires_tables`` are the tables without which the rules that read them are left out."""

    id: str
    version: str
    title: str
    path: str
    digest: str
    applies: Applies = Applies()
    extends: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    settings: tuple[ParameterValue, ...] = ()
    value_sets: tuple[ValueSet, ...] = ()
    definitions: tuple[Definition, ...] = ()
    tables: tuple[TableSpec, ...] = ()
    rules: tuple[Rule, ...] = ()
    extends_at: tuple[Place, ...] = ()
    requires_tables: tuple[Text, ...] = ()
