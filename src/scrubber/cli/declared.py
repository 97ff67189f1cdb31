"""Options as plain data. What click shows and reads is made of it, and so is what `plain` reads without click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec import Struct


def day(text: str) -> date:
    """A date as ``2024-08-15``.

    Raises:
        ValueError: it is none; says what to write.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date. Write it as YYYY-MM-DD, for example 2024-08-15.") from None


def assignment(text: str, form: str = "NAME=VALUE") -> tuple[str, str]:
    """``NAME=VALUE``; the name may begin with ``policy.``, as it is written in conditions.

    Raises:
        ValueError: it is not of that form.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ValueError(f"{text!r} is not of the form {form}.")
    return name.strip().removeprefix("policy."), value.strip()


def local_list(text: str) -> tuple[str, str]:
    """``NAME=CODES`` of a ``@local/…`` set; the name may be written as it is in conditions.

    Raises:
        ValueError: it is not of that form.
    """
    name, codes = assignment(text, "NAME=CODES")
    return name.removeprefix("@").removeprefix("local/"), codes


class Option(Struct, frozen=True):
    """An option of a command. ``flag`` is how it is written, ``name`` its parameter.

    One without ``metavar`` and ``choices`` takes no value; ``many`` may be given several times. ``read`` makes the
    value of the text, and raises ValueError with what is wrong. ``default`` is shown in the help where there is one.
    """

    flag: str
    name: str
    help: str
    metavar: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    read: Callable[[str], Any] | None = None

    @property
    def takes_value(self) -> bool:
        """Whether a value follows."""
        return bool(self.metavar or self.choices)


SHARED = (
    Option("--as-of", "as_of", "The day the claims are to be sent. Default: today.", "DATE", read=day),
    Option("--tables", "tables", "The folder that `tables import` filled. Default: the user's data folder, then the "
           "bundled slice.", "DIR"),
    Option("--pack", "packs", "A rule pack, or a folder of packs; repeatable. Default: the bundled packs.", "DIR",
           many=True),
    Option("--history", "history", "Earlier claims of the patients (837, JSON or NDJSON); repeatable.", "FILE",
           many=True),
    Option("--no-batch-history", "no_batch_history", "Do not take the other claims of a patient in this run into "
           "account."),
    Option("--require-history", "require_history", "Without --history, rules that need it keep a claim from being "
           "clean."),
    Option("--payer-map", "payer_map", "A CSV that says who each payer is; it goes before the bundled one.", "FILE"),
    Option("--param", "parameters", "Set a parameter of the packs; repeatable. A list is separated by commas.",
           "NAME=VALUE", many=True, read=assignment),
    Option("--local", "local", "Fill a list @local/NAME of the packs; repeatable. Codes separated by commas, or a CSV "
           "file with a column code.", "NAME=CODES", many=True, read=local_list),
    Option("--no-cache", "no_cache", "Compile the packs anew and keep nothing."),
)  # fmt: skip
"""What ``check``, ``explain`` and ``baseline`` share."""
