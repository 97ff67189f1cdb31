"""How a command ends: every error becomes a message on stderr and an exit code, never a traceback."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from scrubber.core.diagnostics import InputError, RuleFileError, UsageError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says of a place that takes no more: no fault of the program."""
_CONTROL = dict.fromkeys([*range(9), *range(11, 32), 127], "\ufffd")
"""What a terminal would obey: the name of a file may hold it. Not the tab and the line feed."""
_SHOWN = "scrubber-shown"
"""How a stream writes what its encoding lacks, above all the bytes of a file name that are not UTF-8."""
USAGE, FAULT, INTERRUPTED, PIPE_CLOSED = 2, 3, 130, 141


def say(text: str) -> None:
    """A line on stderr. Where that takes nothing, the exit code still says how the command ended."""
    with suppress(OSError):
        print(_readable(text).translate(_CONTROL), file=sys.stderr, flush=True)


def _readable(text: str) -> str:
    """A message without Python's way to quote a byte of a name that is not UTF-8: with the mark that others have."""
    while (at := text.find("\\udc")) >= 0:
        text = f"{text[:at]}\ufffd{text[at + 6 :]}"
    return text


def _show_any_name() -> None:
    """Let every message hold every name: what cannot be written as it is becomes a mark, here and in no command."""

    def marked(error: UnicodeError) -> tuple[str | bytes, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        # As bytes: of text, the encoder of UTF-8 takes ASCII only.
        mark = "\ufffd".encode() if error.encoding == "utf-8" else b"?"
        return mark * (error.end - error.start), error.end

    codecs.register_error(_SHOWN, marked)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_SHOWN)


def debug_asked(args: Sequence[str]) -> tuple[list[str], bool]:
    """The words of a command line without ``--debug``, and whether the details of a fault are asked for."""
    # Anywhere on the line: a person adds it to the end of the command that failed.
    words = [word for word in args if word != "--debug"]
    return words, len(words) < len(args) or bool(os.environ.get("SCRUBBER_DEBUG"))


def ended(work: Callable[[], object], debug: bool) -> int:
    """Do the work and give its exit code; work that gives no number has ended well. ``debug`` shows a fault whole."""
    _show_any_name()
    try:
        code = work()
        if sys.stdout is not None:  # it may have been closed from outside: `>&-`
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt:
        say("\nStopped.")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Whoever read the output has left (click exits with 1 then, which means findings here). Write nothing more,
        # not even at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE_CLOSED
    except RuleFileError as error:
        _show_diagnostics(error)
        return USAGE
    except (UsageError, InputError) as error:
        say(f"scrubber: {error}")
        return USAGE
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            say(f"scrubber: the output cannot be written ({(error.strerror or 'error').lower()}).")
            return USAGE
        return _fault(error, debug)


def _fault(error: Exception, debug: bool) -> int:
    # The text of an error may quote a claim, so only its kind is told.
    say(
        f"scrubber: this is a fault in scrubber ({type(error).__name__}), not in your files. "
        "Run again with --debug for the details, which may quote the input."
    )
    if debug:
        import traceback

        say("".join(traceback.format_exception(error)))
    return FAULT


def _show_diagnostics(error: RuleFileError) -> None:
    """Every diagnostic of rule files, payer maps and waivers on stderr, with the lines they are about."""
    from scrubber.cli.rules import rendered

    for text in rendered(error.diagnostics):
        say(text + "\n")
    count = len(error.diagnostics)
    say(f"{count} problem{'s' if count != 1 else ''}: nothing was checked.")
