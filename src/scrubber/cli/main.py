"""The entry point: finds the command, and turns every error into a message and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from scrubber import __version__
from scrubber.core.diagnostics import InputError, RuleFileError, UsageError

COMMANDS = {
    "check": ("scrubber.cli.check:check", "Check claims in files or folders."),
    "explain": ("scrubber.cli.explain:explain", "Say why a rule fired on a line, or why it did not."),
    "tables": ("scrubber.cli.tables:tables", "Import and inspect reference tables."),
    "rules": ("scrubber.cli.rules:rules", "Check rule packs."),
    "baseline": ("scrubber.cli.baseline:baseline", "Keep findings that were there before apart from new ones."),
    "version": ("scrubber.cli.version:version", "Print the version."),
}
USAGE, FAULT, INTERRUPTED, PIPE_CLOSED = 2, 3, 130, 141


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
        given = list(sys.argv[1:] if args is None else args)
        # Anywhere on the line: a person adds it to the end of the command that failed.
        debug = "--debug" in given or bool(os.environ.get("SCRUBBER_DEBUG"))
        given = [word for word in given if word != "--debug"]
        sys.exit(self._code(given, prog_name or "scrubber", debug))

    def _code(self, args: list[str], prog_name: str, debug: bool) -> int:
        try:
            code = super().main(args=args, prog_name=prog_name, standalone_mode=False)
            sys.stdout.flush()
            return code if isinstance(code, int) else 0
        except click.ClickException as error:
            error.show()
            return USAGE
        except (click.Abort, KeyboardInterrupt):
            click.echo("Stopped.", err=True)
            return INTERRUPTED
        except (BrokenPipeError, SystemExit):
            # Whoever read the output has left (click exits with 1 then, which means findings here). Write nothing more,
            # not even at interpreter exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return PIPE_CLOSED
        except RuleFileError as error:
            show_diagnostics(error)
            return USAGE
        except (UsageError, InputError) as error:
            click.echo(f"scrubber: {error}", err=True)
            return USAGE
        except Exception as error:
            return self._fault(error, debug)

    @staticmethod
    def _fault(error: Exception, debug: bool) -> int:
        # The text of an error may quote a claim, so only its kind is told.
        click.echo(
            f"scrubber: this is a fault in scrubber ({type(error).__name__}), not in your files. "
            "Run again with --debug for the details, which may quote the input.",
            err=True,
        )
        if debug:
            import traceback

            click.echo("".join(traceback.format_exception(error)), err=True)
        return FAULT


def show_diagnostics(error: RuleFileError) -> None:
    """Every diagnostic of rule files on stderr, with the lines they are about."""
    from scrubber.cli.rules import rendered

    for text in rendered(error.diagnostics):
        click.echo(text + "\n", err=True)
    count = len(error.diagnostics)
    click.echo(f"{count} problem{'s' if count != 1 else ''} in rule files: nothing was checked.", err=True)


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


def main() -> None:
    """Run the command line and leave with its exit code."""
    cli.main()
