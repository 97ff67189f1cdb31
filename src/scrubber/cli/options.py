"""The options that ``check`` and ``explain`` share, and what they are made into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from scrubber.core.diagnostics import InputError, InputProblem, UsageError


class Day(click.ParamType[date]):
    """A date as ``2024-08-15``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date. Write it as YYYY-MM-DD, for example 2024-08-15.", param, ctx)


class Assignment(click.ParamType[tuple[str, str]]):
    """``NAME=VALUE``."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            self.fail(f"{value!r} is not of the form NAME=VALUE.", param, ctx)
        return name.strip().removeprefix("policy."), text.strip()


_OPTIONS = (
    click.option("--as-of", type=Day(), metavar="DATE", help="The day the claims are to be sent. Default: today."),
    click.option("--tables", metavar="DIR", help="The folder that `tables import` filled. Default: the user's data "
                 "folder, then the bundled slice."),
    click.option("--pack", "packs", multiple=True, metavar="DIR", help="A rule pack; repeatable. Default: the bundled "
                 "packs."),
    click.option("--history", multiple=True, metavar="FILE", help="Earlier claims of the patients (837, JSON or "
                 "NDJSON); repeatable."),
    click.option("--no-batch-history", is_flag=True, help="Do not take the other claims of a patient in this run into "
                 "account."),
    click.option("--require-history", is_flag=True, help="Without --history, rules that need it keep a claim from "
                 "being clean."),
    click.option("--payer-map", metavar="FILE", help="A CSV that says who each payer is; it goes before the bundled "
                 "one."),
    click.option("--param", "parameters", multiple=True, type=Assignment(), metavar="NAME=VALUE", help="Set a "
                 "parameter of the packs; repeatable. A list is separated by commas."),
    click.option("--no-cache", is_flag=True, help="Compile the packs anew and keep nothing."),
)  # fmt: skip


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the shared options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def data_folder() -> Path:
    """Where ``tables import`` puts tables unless told: the user's data folder."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "claim-scrubber" / "tables"


def tables_folder(given: str | None) -> str | None:
    """The folder of tables to use: the one named, else the user's where there is one."""
    if given is not None:
        return given
    return str(data_folder()) if data_folder().is_dir() else None


def load(options: dict[str, Any]) -> Any:
    """The scrubber that the shared options ask for.

    Raises:
        UsageError: something named does not exist.
        InputError: a table file is damaged. Going on without it would leave rules out.
    """
    from scrubber.api import Scrubber

    if options["payer_map"] is not None and not Path(options["payer_map"]).is_file():
        raise UsageError(f"--payer-map: there is no file {options['payer_map']}.")
    scrubber = Scrubber.load(
        *options["packs"],
        tables=tables_folder(options["tables"]),
        payer_map=options["payer_map"],
        parameters=dict(options["parameters"]),
        require_history=options["require_history"],
        cache=not options["no_cache"],
    )
    if scrubber.engine.store.problems:
        raise InputError(scrubber.engine.store.problems[0])
    return scrubber


def history_claims(files: Sequence[str]) -> list[Any] | None:
    """The claims of ``--history``; None where the option was not given.

    Raises:
        UsageError: a file cannot be read whole. Half a history would let a duplicate pass unseen.
    """
    return list(_history(files)) if files else None


def _history(files: Sequence[str]) -> Iterator[Any]:
    from scrubber.claims.read import read_claims

    for name in files:
        for item in read_claims(Path(name), name):
            if isinstance(item, InputProblem):
                raise UsageError(f"--history: {item}")
            yield item.claim
