"""Layer 6: the library. Load packs and tables once, then scrub claims from any number of threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from os.path import expanduser, isdir
from typing import TYPE_CHECKING

from msgspec import structs

from scrubber.claims.history import standing
from scrubber.claims.inputs import InputClaim, given
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
        fills ``@local/…`` lists; ``salt`` goes into fingerprints. Findings that the file ``waivers`` or the file
        ``baseline`` sets aside come in ``waived`` of results, and decide no outcome.

        Raises:
            UsageError: a folder or file does not exist or is no baseline, or a parameter is unknown.
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
        history: Iterable[Claim] | None = None,
        *,
        as_of: date,
        batch: Iterable[Claim] = (),
    ) -> ScrubResult:
        """Check one claim that is to be sent on ``as_of``.

        ``history`` are earlier claims of the same patient; None: none was supplied, and what needs it is reported as
        not checked. ``batch`` are other claims of the patient that go out together with this one. Of both, voided and
        replaced claims, and the one this claim replaces or voids, are left out.
        """
        source = given(claim)
        earlier = None if history is None else standing(history, source.claim)
        result = self.engine.scrub(source, as_of, earlier, standing(batch, source.claim))
        result = self._decided(source.claim, result, as_of)
        return structs.replace(result, provenance=self.provenance(as_of))

    def explain(
        self,
        claim: Claim | InputClaim,
        rule: str,
        line: int | None = None,
        *,
        as_of: date,
        history: Iterable[Claim] | None = None,
        batch: Iterable[Claim] = (),
    ) -> Explanation:
        """Why a rule fires on the claim, or on one line of it (LX01), or does not: each clause with what it read.

        Raises:
            UsageError: no loaded pack has the rule, or the claim has no such line.
        """
        from scrubber.engine.explain.explain import explain

        source = given(claim)
        earlier = None if history is None else standing(history, source.claim)
        return explain(self.engine, source, rule, line, as_of, earlier, standing(batch, source.claim))

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
            UsageError: ``jobs`` is less than 1, or more than 1 on a scrubber that :meth:`load` did not make.
        """
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
        history: Iterable[Claim] | None = None,
    ) -> Mended:
        """Correct a copy of the claim and check it again. The claim given is not touched.

        SAFE fixes are made; a CONFIRM or MANUAL fix only where ``accept`` names it, with a person and a reason.
        """
        from scrubber.engine.mend import mend

        source = given(claim)
        earlier = None if history is None else standing(history, source.claim)

        def scrub(again: InputClaim) -> ScrubResult:
            return self._decided(again.claim, self.engine.scrub(again, as_of, earlier), as_of)

        return mend(source, result, accept, scrub)


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
    program = load_program(packs, local, cached=cache)
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
        parts = value.split(",") if isinstance(value, str) else value
        written = tuple(part.strip() for part in parts if part.strip())
        problem = value_problem(written, known[name].type) or _unknown_set(program, written)
        if problem:
            raise UsageError(f"Parameter {name}: {problem}.")
        values[name] = written
    return values


def _unknown_set(program: Program, written: Iterable[str]) -> str:
    """What to say of a value set that no pack declares; empty where each is declared."""
    known = {key.partition(":")[2] for key in program.sets}
    unknown = next((part for part in written if part.startswith("@") and part[1:] not in known), "")
    return f"no pack declares a value set {unknown}" if unknown else ""
