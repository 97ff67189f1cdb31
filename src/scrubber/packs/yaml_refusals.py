"""What YAML allows and a rule file does not: anchors, aliases, tags, and characters that nobody sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from scrubber.core.diagnostics import Diagnostic, Replacement, RuleFileError
from scrubber.core.places import Place

if TYPE_CHECKING:
    from scrubber.packs.yaml_nodes import Source

_BAD = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)


IN_QUOTES = "put the whole value in double quotes, or on the lines below `>`"
"""The help for text that YAML takes for something else."""


def refuse(code: str, headline: str, place: Place, label: str = "", help: str = "") -> NoReturn:
    """Stop reading the file.

    Raises:
        RuleFileError: always, with this one diagnostic.
    """
    raise RuleFileError([Diagnostic(code, headline, place, label, help)])


def refuse_characters(source: Source) -> None:
    """Refuse characters that YAML forbids or that no editor shows: they hide what a rule says.

    Raises:
        RuleFileError: at the first such character.
    """
    bad = _BAD.search(source.text)
    if bad is None:
        return
    at = bad.start()
    name = "a NUL character" if bad[0] == "\0" else f"an invisible character (U+{ord(bad[0]):04X})"
    refuse(
        "SCR504",
        f"this file holds {name}",
        source.place(at, at + 1),
        label="here",
        help="delete it and type the text again; it often comes from copying out of a PDF",
    )


def quoted(value: str) -> str:
    """The text in quotes: double ones, or single where it holds double quotes or backslashes."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def quote_edit(source: Source, start: int, end: int) -> Replacement:
    """Put quotes around ``source.text[start:end]``."""
    return Replacement(source.place(start, end), quoted(source.text[start:end]))


def line_end(source: Source, at: int) -> int:
    """The end of the line's text from ``at``, without a comment and trailing blanks."""
    line, _ = source.position(at)
    rest = source.line_text(line)[at - source.starts[line - 1] :]
    comment = re.search(r"[ \t]#", rest)
    return at + len(rest[: comment.start()].rstrip() if comment else rest.rstrip())


def refuse_anchor(source: Source, start: int) -> NoReturn:
    """``&name``: refused; in front of text it is more often an ampersand that was meant as one."""
    raise RuleFileError(
        [
            _sigil(
                source,
                source.text.rfind("&", 0, start + 1) if _before(source, start, "&") else start,
                "SCR508",
                "&",
                "an anchor",
            )
        ]
    )


def refuse_alias(source: Source, start: int, end: int) -> NoReturn:
    """``*name``: refused."""
    raise RuleFileError([_sigil(source, start, "SCR509", "*", "an alias")])


def refuse_tag(source: Source, start: int, end: int) -> NoReturn:
    """``!tag``: refused."""
    at = source.text.rfind("!", 0, start + 1) if _before(source, start, "!") else start
    while at and source.text[at - 1] == "!":
        at -= 1
    raise RuleFileError([_sigil(source, at, "SCR511", "!", "a tag")])


def _before(source: Source, start: int, sigil: str) -> bool:
    """Whether the node's own mark starts at or after its sigil (parsers differ)."""
    return source.text[start : start + 1] != sigil


def _sigil(source: Source, at: int, code: str, sigil: str, noun: str) -> Diagnostic:
    end = line_end(source, at)
    value = source.text[at:end]
    if code == "SCR511":
        meant_as_text = not value.startswith(("!!", "!<"))
    else:
        meant_as_text = re.match(r"[&*][^\s,\]}]*\s+[^\s\[\]{}|>,\"']", value) is not None
    if meant_as_text:
        return Diagnostic(
            "SCR531",
            f"a value that starts with `{sigil}` is read by YAML as {noun}",
            source.place(at, at + 1),
            label=f"`{sigil}` starts {noun}",
            help=IN_QUOTES,
            edit=quote_edit(source, at, end),
        )
    plural = {"an anchor": "anchors", "an alias": "aliases", "a tag": "tags"}[noun]
    helps = {
        "SCR508": "write the text out where it is needed, or name it under `valuesets:` or `definitions:`",
        "SCR509": "write the text out where it is needed, or name it under `valuesets:` or `definitions:`",
        "SCR511": "remove it; every value of a rule file is text",
    }
    return Diagnostic(
        code,
        f"YAML {plural} are not allowed in rule files",
        source.place(at, max(end, at + 1)),
        label=noun,
        help=helps[code],
    )


def refuse_key(source: Source, place: Place, written: str) -> NoReturn:
    """A list or a mapping where a key should be: ``{line.procedure}: …`` or ``? …``."""
    edit = Replacement(place, quoted(written)) if written and "\n" not in written else None
    raise RuleFileError(
        [
            Diagnostic(
                "SCR517",
                "a key must be a word",
                place,
                label="this is a list or a mapping",
                help=IN_QUOTES + " if this is text",
                edit=edit,
            )
        ]
    )
