"""What the shared options are made into: a scrubber, a folder of tables, and earlier claims."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scrubber.core.diagnostics import InputError, InputProblem, UsageError


def data_folder() -> str:
    """Where ``tables import`` puts tables unless told: the user's data folder."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return os.path.join(os.path.expanduser(base), "claim-scrubber", "tables")


def tables_folder(given: str | None) -> str | None:
    """The folder of tables to use: the one named, else the user's where there is one."""
    if given is not None:
        return given
    return data_folder() if os.path.isdir(data_folder()) else None


def whole_tables(given: str | None) -> Any:
    """The store of the tables to use, each file looked at in full.

    Raises:
        InputError: a table file is damaged. What asks it would be left undecided, among much else that is.
    """
    from scrubber.api import open_store
    from scrubber.tables.verify import damage_of

    store = open_store(tables_folder(given))
    problems = [*store.problems, *(problem for folder in store.folders for problem in damage_of(folder))]
    if problems:
        raise InputError(problems[0])
    return store


def load(options: Mapping[str, Any]) -> Any:
    """The scrubber that the shared options ask for.

    Raises:
        UsageError: something named does not exist.
        InputError: a table file is damaged. Going on without it would leave rules out.
    """
    from scrubber.api import Scrubber

    if options["payer_map"] is not None and not os.path.isfile(options["payer_map"]):
        raise UsageError(f"--payer-map: there is no file {options['payer_map']}.")
    scrubber = Scrubber.load(
        *options["packs"],
        tables=tables_folder(options["tables"]),
        payer_map=options["payer_map"],
        parameters=dict(options["parameters"]),
        local={name: _local_codes(given) for name, given in options["local"]},
        require_history=options["require_history"],
        cache=not options["no_cache"],
    )
    if scrubber.engine.store.problems:
        raise InputError(scrubber.engine.store.problems[0])
    # Packs and modules stay to the end: what looks for garbage from now on need not look through them. It need not look
    # as often as by default either: hardly anything is left in cycles, and 10,000 objects are about a megabyte.
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()
    return scrubber


def _local_codes(given: str) -> str | list[str]:
    """The codes of a ``@local/…`` set: as they are given, or those of the CSV file that is named.

    Raises:
        UsageError: there is no such file.
        RuleFileError: it has no column of codes.
    """
    if not given.lower().endswith(".csv"):
        return given
    if not os.path.isfile(given):
        raise UsageError(f"--local: there is no file {given}.")
    from pathlib import Path

    from scrubber.core.diagnostics import Diagnostic, RuleFileError
    from scrubber.core.places import Place
    from scrubber.packs.csv_lists import codes_of

    problems: list[Diagnostic] = []
    codes = codes_of(Path(given), given, Place(given, 1, 1, 1, 1), problems)
    if problems:
        raise RuleFileError(problems)
    return [code.value for code in codes]


def history_claims(files: Sequence[str]) -> list[Any] | None:
    """The claims of ``--history``; None where the option was not given.

    Raises:
        UsageError: a file cannot be read whole. Half a history would let a duplicate pass unseen.
    """
    return list(_history(files)) if files else None


def _history(files: Sequence[str]) -> Iterator[Any]:
    from scrubber.claims.read import read_claims

    for name in files:
        for item in read_claims(name):
            if isinstance(item, InputProblem):
                raise UsageError(f"--history: {item}")
            yield item.claim
