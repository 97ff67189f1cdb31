"""The whole command line: finds the command and reads its options, with click."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from scrubber import __version__
from scrubber.cli.ending import INTERRUPTED, USAGE, debug_asked, ended, say

COMMANDS = {
    "check": ("scrubber.cli.check:check", "Check claims in files or folders."),
    "explain": ("scrubber.cli.explain:explain", "Say why a rule fired on a line, or why it did not."),
    "tables": ("scrubber.cli.tables:tables", "Import and inspect reference tables."),
    "rules": ("scrubber.cli.rules:rules", "Check, lint, lay out, test and compare rule packs."),
    "baseline": ("scrubber.cli.baseline:baseline", "Keep findings that were there before apart from new ones."),
    "version": ("scrubber.cli.version:version", "Print the version."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that each pays only for itself.

    ``lazy`` maps a name to ``module:attribute`` and the line that help shows.
    """

    def __init__(self, *arguments: Any, lazy: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return None
        module, _, name = self._lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._lazy.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from scrubber.core.suggest import did_you_mean

            hint = did_you_mean(args[0], self._lazy) or f"The commands are {', '.join(self._lazy)}."
            raise click.UsageError(f"There is no command {args[0]!r}. {hint}", ctx) from None


class Program(LazyGroup):
    """The whole command line. Errors end in one message on stderr and an exit code, never in a traceback."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run, and leave with the exit code: 0 to 4 as the contract says, 130 after Ctrl-C, 141 for a closed pipe."""
        words, debug = debug_asked(sys.argv[1:] if args is None else args)
        sys.exit(ended(lambda: self._run(words, prog_name or "scrubber"), debug))

    def _run(self, args: list[str], prog_name: str) -> Any:
        try:
            return super().main(args=args, prog_name=prog_name, standalone_mode=False)
        except click.ClickException as error:
            shown = io.StringIO()  # and from there as all that is said: names and values may hold anything
            error.show(shown)
            say(shown.getvalue().rstrip("\n"))
            return USAGE
        except click.Abort:
            say("Stopped.")
            return INTERRUPTED


@click.command(
    cls=Program,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes of check: 0 clean, 1 findings, 2 wrong usage or unreadable input, 3 a fault of scrubber, "
    "4 incomplete without findings.",
)
@click.option("--debug", is_flag=True, help="Show the details of a fault in scrubber; they may quote the input.")
@click.version_option(__version__, "--version", message="claim-scrubber %(version)s", help="Print the version.")
def cli(debug: bool) -> None:
    """Checks coded medical claims before they are sent."""
