"""Syntax messages about characters and operators of other languages and of word processors."""

from __future__ import annotations

import re

from scrubber.lang.masked import Spot
from scrubber.lang.problems import Edit, Problem

_TYPED = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "‐": "-",
    "‑": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\ufeff": "", "，": ",", "；": ";", "…": "...",
}  # fmt: skip
_NAMES = {
    "“": "a curly quotation mark", "”": "a curly quotation mark", "„": "a curly quotation mark",
    "‘": "a curly quotation mark", "’": "a curly quotation mark", "–": "an en dash", "—": "an em dash",
    "−": "a minus sign of a word processor", "\u00a0": "a non-breaking space", "\u202f": "a non-breaking space",
    "\u2009": "a thin space", "\u200b": "an invisible character", "\ufeff": "an invisible character",
}  # fmt: skip
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/"}
_OPERATORS = {
    "===": "=", "==": "=", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=", "&&": "and", "||": "or", "&": "and",
    "|": "or", ":=": "=", "=~": "=", "=!": "!=", "~=": "=",
}  # fmt: skip
_OPERATOR = re.compile(r"!==|===|==|=~|~=|<>|=>|=<|=!|:=|&&|\|\||&|\||≥|≤|≠|×|÷")


def characters(spot: Spot) -> Problem | None:
    """Dashes, quotation marks and spaces that a word processor puts in."""
    at = next((i for i, c in enumerate(spot.masked) if c in _TYPED), None)
    if at is None:
        return None
    character = spot.text[at]
    quoted = re.match("[“”„«‘]([^“”„»‘’]*)[“”„»’]", spot.text[at:])
    if quoted:
        inside = quoted[1].strip()
        code = re.fullmatch(r"[A-Z0-9_.]+", inside)
        better = inside if code else f'"{inside}"'
        return Problem("SCR103", "Curly quotation marks are not part of the language.", at, at + quoted.end(),
                       "curly", f"Write `{better}`: codes need no quotation marks." if code else f"Write `{better}`.",
                       edit=Edit(at, at + quoted.end(), better, True))  # fmt: skip
    between = re.match(r"\s*[–—]\s*(?=[A-Z0-9])", spot.text[len(spot.masked[:at].rstrip()) :])
    if between and re.search(r"(?<![\w.])[A-Z0-9.]+\s*$", spot.masked[:at]):
        left = len(spot.masked[:at].rstrip())
        return Problem("SCR103", f"This is {_NAMES[character]}.", at, at + 1, "not on the keyboard",
                       "Type `-` instead, without spaces in a range.",
                       edit=Edit(left, left + between.end(), "-", True))  # fmt: skip
    last = max(i for i, c in enumerate(spot.masked) if c in _TYPED)
    fixed = "".join(_TYPED.get(c, c) for c in spot.text[at : last + 1])
    wanted = _TYPED[character]
    shown = {" ": "a plain space", "": "nothing", "'": "no quotation mark"}.get(wanted, f"`{wanted}`")
    return Problem("SCR103", f"This is {_NAMES.get(character, 'a character of a word processor')}.", at, at + 1,
                   "not on the keyboard", f"Type {shown} instead.",
                   edit=Edit(at, last + 1, fixed, wanted not in ("'", "...")))  # fmt: skip


def operators(spot: Spot) -> Problem | None:
    """``==``, ``&&``, ``<>`` and their like."""
    found = list(_OPERATOR.finditer(spot.masked))
    if found:
        first, last = found[0], found[-1]
        fixed = _OPERATOR.sub(lambda m: _SIGNS.get(m[0]) or _OPERATORS[m[0]],
                              spot.masked[first.start() : last.end()])  # fmt: skip
        better = _SIGNS.get(first[0]) or _OPERATORS[first[0]]
        hidden = spot.masked[first.start() : last.end()] != spot.text[first.start() : last.end()]
        edit = Edit(first.start(), first.end(), better) if hidden else Edit(first.start(), last.end(), fixed, True)
        return Problem("SCR104", f"The language has no `{first[0]}`.", first.start(), first.end(), "another language",
                       f"Write `{better}`.", edit=edit)  # fmt: skip
    bang = re.search(r"!(?!=)\s*", spot.masked)
    if bang is None:
        return None
    better = "not "
    return Problem("SCR104", "The language has no `!`.", bang.start(), bang.start() + 1, "another language",
                   "Write `not (...)`, or `not` before a flag.",
                   edit=Edit(bang.start(), bang.end(), better, True))  # fmt: skip


def quotes(spot: Spot) -> Problem | None:
    """Single quotation marks, and double ones that are not closed or quote a code."""
    single = re.search(r"'([^'\n]*)'", spot.masked)
    if single:
        inside = single[1].strip()
        # A word in small letters may be text: `lt` is a modifier, `e11.9` has digits, `smith` is a name.
        code = re.fullmatch(r"[A-Z0-9_.]+|[a-z]{2}|(?=[a-z.]*[0-9])[a-z0-9.]+", inside)
        better = inside.upper() if code else f'"{inside}"'
        return Problem("SCR120", "Single quotation marks are not part of the language.", single.start(), single.end(),
                       "quoted", f"Write `{better}`" + (": codes need no quotation marks." if code else "."),
                       edit=Edit(single.start(), single.end(), better, True))  # fmt: skip
    if spot.masked.count("'"):
        at = spot.masked.index("'")
        return Problem("SCR120", "A single quotation mark stands alone.", at, at + 1, "quotation mark",
                       "Take it out: codes need no quotation marks, and free text stands in `\"...\"`.")  # fmt: skip
    at = re.sub(r'"_*"', lambda m: " " * len(m[0]), spot.masked).find('"')
    if at >= 0:
        return Problem("SCR120", "The quotation mark is not closed.", at, len(spot.text.rstrip()), "opened here",
                       'Close it with `"` on the same line. Codes need no quotation marks.')  # fmt: skip
    return None


def unknown(spot: Spot) -> Problem | None:
    """Any other character the language lacks."""
    match = re.search(r"[^\sA-Za-z0-9_.,@$(){}<>=!+\-*/?\"#]", spot.masked)
    if match is None:
        return None
    character, at = match[0], match.start()
    if character == ";" and not spot.masked[at + 1 :].strip():
        return Problem("SCR118", "A condition has no `;` at its end.", at, at + 1, "not needed", "Take it out.",
                       edit=Edit(at, at + 1, "", True))  # fmt: skip
    if character in "[]":
        return None
    shown = f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"
    helps = {"%": "Write a share as a number, as in `* 0.8`.", ":": "Write `=` to compare.",
             ";": "Join conditions with `and` or `or`.", "^": "The language has no regular expressions.",
             "~": "The language has no regular expressions: use a pattern such as `E11.*`."}  # fmt: skip
    return Problem("SCR103", f"The language has no character {shown}.", at, at + 1, "unknown",
                   helps.get(character, "Take it out."))  # fmt: skip
