"""Declared options as click takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from scrubber.cli.declared import SHARED, Option, day


class Read(click.ParamType[Any]):
    """A value that a function makes of the text; its ValueError is the message."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name.lower()
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Day(Read):
    """A date as ``2024-08-15``."""

    def __init__(self) -> None:
        super().__init__("date", day)


def with_options(options: Iterable[Option]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that adds declared options to a command, in their order."""
    made = [_made(option) for option in options]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(made):
            command = option(command)
        return command

    return decorate


def _made(option: Option) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    if not option.takes_value:
        return click.option(option.flag, option.name, is_flag=True, help=option.help)
    type_: Any = click.Choice(option.choices) if option.choices else None
    if option.read is not None:
        type_ = Read(option.metavar, option.read)
    return click.option(
        option.flag, option.name, type=type_, multiple=option.many, metavar=option.metavar or None, help=option.help,
        default=option.default, show_default=option.default is not None,
    )  # fmt: skip


shared = with_options(SHARED)
"""Adds the shared options to a command."""
