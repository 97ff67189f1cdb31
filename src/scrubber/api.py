"""Layer 6: the library. Load packs and tables once, then scrub claims from any number of threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from os.path import expanduser, isdir
from typing import TYPE_CHECKING

from msgspec import structs

from scrubber.claims.history import standing
from scrubber.claims.inputs import InputClaim, earlier, given
from scrubber.claims.model import Claim
from scrubber.core.diagnostics import UsageError
from scrubber.core.files import refuse_no_name
from scrubber.core.resources import AnyPath, resource
from scrubber.engine.compile.load import load_program
from scrubber.engine.compile.program import Program
from scrubber.engine.provenance import Provenance, provenance
from scrubber.engine.scrub import Engine, Options
from scrubber.findings.model import ScrubResult
from scrubber.packs.payer_map import PayerMap, load_payer_map
from scrubber.tables.store import TableStore

if TYPE_CHECKING:
    from scrubber.engine.explain.explanation import Explanation
    from scrubber.engine.mend import Acceptance, Mended
    from scrubber.findings.waivers import Decisions, Known, Waiver

__all__ = ["Acceptance", "Claim", "InputClaim", "Mended", "ScrubResult", "Scrubber"]


def __getattr__(name: str) -> object:
    if name in ("Acceptance", "Mended"):  # only who corrects claims needs them, and what makes the corrections
        from scrubber.engine import mend

        return getattr(mend, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class Scrubber:
    """Packs, tables and a payer map, ready to check claims. Immutable; share one between threads.

    Make one with :meth:`load`.
    """

    def __init__(
        self,
        engine: Engine,
        recipe: Callable[[], Engine] | None = None,
        waivers: tuple[Waiver, ...] = (),
        baseline: Mapping[str, Known] | None = None,
    ) -> None:
        self.engine = engine
        self._recipe = recipe
        self._waivers, self._baseline = waivers, baseline or {}
        self._made_with: dict[date, Provenance] = {}

    @classmethod
    def load(
        cls,
        *packs: AnyPath,
        tables: AnyPath | None = None,
        payer_map: AnyPath | None = None,
        parameters: Mapping[str, str | Sequence[str]] | None = None,
        local: Mapping[str, Sequence[str]] | None = None,
        salt: str = "",
        require_history: bool = False,
        cache: bool = True,
        waivers: AnyPath | None = None,
        baseline: AnyPath | None = None,
    ) -> Scrubber:
        """Load packs (folders of one or of several; the bundled ones where none is named) and tables.

        ``tables`` is a folder that ``scrubber tables import`` filled; the bundled HCPCS Level II slice stands behind
        it. ``payer_map`` is a CSV that goes before the bundled map. ``parameters`` go over what packs set; ``local``
        fills ``@local/…`` lists, by name with or without ``local/``; ``salt`` goes into fingerprints. Findings that the
        file ``waivers`` or the file ``baseline`` sets aside come in ``waived`` of results, and decide no outcome.

        Raises:
            UsageError: a folder or file does not exist or is no baseline, or a parameter or a local set is unknown.
            RuleFileError: a pack, the payer map or the waivers have errors; carries all of them.
        """
        folders = tuple(expanduser(pack) for pack in packs)
        recipe = partial(
            build_engine, folders, tables, payer_map, dict(parameters or {}), dict(local or {}), salt, require_history,
            cache,
        )  # fmt: skip
        engine = recipe()
        return cls(engine, recipe, *set_aside(engine, waivers, baseline))

    def decisions(self, as_of: date) -> Decisions:
        """The loaded waivers and baseline, for claims sent on ``as_of``; ``scrub`` has applied them already.

        For results that were made elsewhere, and to hear of waivers that have expired: ``decide`` them all with one
        such object, and ask it for ``expired()``. It counts, so it is not to be shared between threads.
        """
        from scrubber.findings.waivers import Decisions

        return Decisions(self._waivers, self._baseline, as_of)

    def _decided(self, claim: Claim, result: ScrubResult, as_of: date) -> ScrubResult:
        if not self._waivers and not self._baseline:
            return result
        return self.decisions(as_of).decide(claim, result)

    def scrub(
        self,
        claim: Claim | InputClaim,
        history: Iterable[Claim | InputClaim] | None = None,
        *,
        as_of: date,
        batch: Iterable[Claim | InputClaim] = (),
    ) -> ScrubResult:
        """Check one claim that is to be sent on ``as_of``.

        ``history`` are earlier claims of the same patient; None: none was supplied, and what needs it is reported as
        not checked. ``batch`` are other claims of the patient that go out together with this one. Of both, voided and
        replaced claims, and the one this claim replaces or voids, are left out.

        Raises:
            UsageError: an argument is of another kind: a claim as a dict, a day as text. No claim's contents raise.
        """
        source, as_of = given(claim), checked_day(as_of)
        past, others = _known_of(source.claim, history, batch)
        result = self.engine.scrub(source, as_of, past, others)
        result = self._decided(source.claim, result, as_of)
        return structs.replace(result, provenance=self.provenance(as_of))

    def explain(
        self,
        claim: Claim | InputClaim,
        rule: str,
        line: int | None = None,
        *,
        as_of: date,
        history: Iterable[Claim | InputClaim] | None = None,
        batch: Iterable[Claim | InputClaim] = (),
    ) -> Explanation:
        """Why a rule fires on the claim, or on one line of it (LX01), or does not: each clause with what it read.

        Raises:
            UsageError: no loaded pack has the rule, the claim has no such line, or an argument is of another kind.
        """
        from scrubber.engine.explain.explain import explain

        source, as_of = given(claim), checked_day(as_of)
        past, others = _known_of(source.claim, history, batch)
        return explain(self.engine, source, rule, line, as_of, past, others)

    def provenance(self, as_of: date) -> Provenance:
        """What results of ``as_of`` are made with: engine, packs, tables, and parameters away from their default."""
        known = self._made_with.get(as_of)
        if known is None:
            known = self._made_with[as_of] = provenance(self.engine, as_of)
        return known

    def scrub_many(self, claims: Iterable[Claim | InputClaim], *, as_of: date, jobs: int = 1) -> Iterator[ScrubResult]:
        """Check claims as they come, in their order and in bounded memory, each without history.

        ``jobs``: over how many processes. Each loads the packs for itself, so it pays from some thousand claims on.

        Raises:
            UsageError: ``jobs`` is less than 1, or more than 1 on a scrubber that :meth:`load` did not make; an
                argument is of another kind.
        """
        as_of = checked_day(as_of)
        if jobs < 1 or (jobs > 1 and self._recipe is None):
            raise UsageError("jobs is the number of processes, from 1; more than 1 needs a scrubber made by load().")
        waiting: deque[Claim] = deque()  # claims that went out to be checked: results come back in their order
        sources = self._noted(claims, waiting)
        results: Iterator[ScrubResult] = (self.engine.scrub(source, as_of) for source in sources)
        if jobs > 1 and self._recipe is not None:
            from scrubber.engine.many import scrub_apart

            results = scrub_apart(sources, as_of, jobs, self._recipe)
        made_with = self.provenance(as_of)
        for result in results:
            yield structs.replace(self._decided(waiting.popleft(), result, as_of), provenance=made_with)

    @staticmethod
    def _noted(claims: Iterable[Claim | InputClaim], waiting: deque[Claim]) -> Iterator[InputClaim]:
        for claim in claims:
            source = given(claim)
            waiting.append(source.claim)
            yield source

    def apply(
        self,
        claim: Claim | InputClaim,
        result: ScrubResult,
        *,
        as_of: date,
        accept: Iterable[Acceptance] = (),
        history: Iterable[Claim | InputClaim] | None = None,
    ) -> Mended:
        """Correct a copy of the claim and check it again. The claim given is not touched.

        SAFE fixes are made; a CONFIRM or MANUAL fix only where ``accept`` names it, with a person and a reason.

        Raises:
            UsageError: an argument is of another kind: a claim as a dict, a day as text.
        """
        from scrubber.engine.mend import mend

        source, day = given(claim), checked_day(as_of)
        if not isinstance(result, ScrubResult):
            raise UsageError(f"result is what scrub gave for the claim, and this is of type {type(result).__name__}.")
        past, _ = _known_of(source.claim, history)

        def scrub(again: InputClaim) -> ScrubResult:
            return self._decided(again.claim, self.engine.scrub(again, day, past), day)

        return mend(source, result, accept, scrub)


def checked_day(as_of: object) -> date:
    """``as_of``, if it is a day.

    A text or a moment compares with no date of a claim: each rule that asks for the day would be a fault.

    Raises:
        UsageError: it is none; says what to give.
    """
    if isinstance(as_of, date) and not isinstance(as_of, datetime):
        return as_of
    raise UsageError(
        f"as_of is the day the claim is to be sent, a datetime.date such as date(2024, 8, 15), and this is "
        f"{'None' if as_of is None else 'of type ' + type(as_of).__name__}."
    )


def _known_of(
    claim: Claim, history: Iterable[Claim | InputClaim] | None, batch: Iterable[Claim | InputClaim] = ()
) -> tuple[Sequence[Claim] | None, Sequence[Claim]]:
    """The patient's other claims that still stand: of the history, None where none was supplied, and of the batch. A
    replacement ends the claim it names wherever either was given."""
    supplied = None if history is None else tuple(earlier(history, "history"))
    others = tuple(earlier(batch, "batch"))
    past = None if supplied is None else standing(supplied, claim, others)
    return past, standing(others, claim, supplied or ())


def build_engine(
    packs: Sequence[str],
    tables: AnyPath | None,
    payer_map: AnyPath | None,
    parameters: Mapping[str, str | Sequence[str]],
    local: Mapping[str, Sequence[str]],
    salt: str,
    require_history: bool,
    cache: bool,
) -> Engine:
    """The engine that :meth:`Scrubber.load` describes; a function of plain values, so that a process can call it."""
    filled = {name: listed(f"The set @local/{name.removeprefix('local/')}", codes) for name, codes in local.items()}
    program = load_program(packs, filled, cached=cache)
    checked_local(program, filled)
    given = checked_parameters(program, parameters)
    maps = [expanduser(payer_map)] if payer_map is not None else []
    payers: PayerMap = load_payer_map(*maps, resource("rules", "payers", "payer_map.csv"))
    options = Options(parameters=given, salt=salt, require_history=require_history)
    return Engine(program, open_store(tables), payers.resolve, options)


def set_aside(
    engine: Engine, waivers: AnyPath | None, baseline: AnyPath | None
) -> tuple[tuple[Waiver, ...], dict[str, Known]]:
    """The waivers and the baseline in those files; nothing where there is none.

    Raises:
        UsageError: a file does not exist, or is no baseline.
        RuleFileError: with everything that is wrong with the waivers.
    """
    if waivers is None and baseline is None:
        return (), {}
    from pathlib import Path

    from scrubber.findings.waiver_files import read_baseline, read_waivers  # reads YAML, which is slow to import

    rules = [rule.id for rule in engine.program.rules]
    return (
        read_waivers(Path(waivers).expanduser(), rules) if waivers is not None else (),
        read_baseline(Path(baseline).expanduser()) if baseline is not None else {},
    )


def open_store(tables: AnyPath | None) -> TableStore:
    """The tables at hand: the caller's folder, then the bundled slice."""
    folders = [expanduser(tables)] if tables is not None else []
    if folders:
        refuse_no_name(folders[0], "The folder of tables")
    if folders and not isdir(folders[0]):
        raise UsageError(
            f"{folders[0]} is not a folder of tables. Fill one with: scrubber tables import FILE… --tables {folders[0]}"
        )
    return TableStore([*folders, resource("rules", "ncci", "tables")])


def checked_parameters(program: Program, given: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Parameters as the engine takes them.

    Raises:
        UsageError: a name is unknown, or a value is not of the parameter's type.
    """
    if not given:
        return {}
    # Imported here: it reads YAML too, and most runs set nothing.
    from scrubber.packs.parameters import value_problem

    known = {key.partition(":")[2]: parameter for key, parameter in program.parameters.items()}
    values: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        if name not in known:
            raise UsageError(f"No pack declares a parameter named {name}. Known: {', '.join(sorted(known))}.")
        written = listed(f"Parameter {name}", value)
        problem = value_problem(written, known[name].type) or _unknown_set(program, written)
        if problem:
            raise UsageError(f"Parameter {name}: {problem}.")
        values[name] = written
    return values


def listed(what: str, value: object) -> tuple[str, ...]:
    """A value as a caller gives it: a text, of which commas make a list, or a list of texts.

    Raises:
        UsageError: it is neither.
    """
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple | set | frozenset) or not all(isinstance(part, str) for part in parts):
        raise UsageError(f"{what}: the value is given as text, as a pack has it, or as a list of texts.")
    return tuple(part.strip() for part in parts if part.strip())


def checked_local(program: Program, given: Mapping[str, Sequence[str]]) -> None:
    """That each name is one of a ``@local/…`` set of the packs.

    Raises:
        UsageError: it is of none. What it was to fill would stay empty, and its rules unasked.
    """
    sets = {key.partition(":")[2].removeprefix("local/") for key in program.sets if ":local/" in key}
    for name in given:
        if name.removeprefix("local/") not in sets:
            known = ", ".join(f"local/{each}" for each in sorted(sets))
            raise UsageError(f"No pack declares a set @local/{name.removeprefix('local/')}. "
                             f"{f'Known: {known}' if known else 'The packs have no such sets'}.")  # fmt: skip


def _unknown_set(program: Program, written: Iterable[str]) -> str:
    """What to say of a value set that no pack declares; empty where each is declared."""
    known = {key.partition(":")[2] for key in program.sets}
    unknown = next((part for part in written if part.startswith("@") and part[1:] not in known), "")
    return f"no pack declares a value set {unknown}" if unknown else ""
