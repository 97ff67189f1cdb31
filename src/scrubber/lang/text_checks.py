"""Checks on the bare text, before it is parsed: what is wrong whatever stands around it."""

from __future__ import annotations

import re

from scrubber.lang.masked import mask
from scrubber.lang.problems import Edit, Problem
from scrubber.lang.words import KEYWORDS

MAX_LENGTH = 20_000
"""Characters of one condition."""

MAX_BRACKETS = 50
"""Brackets open at once."""

_US_DATE = re.compile(r"(?<![\w/.-])([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})(?![\w/-])")
_SLASHED = re.compile(r"(?<![\w/.-])([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?![\w/-])")
_WORD = re.compile(r"(?<![A-Za-z0-9_@])[A-Za-z0-9_]*(?:[A-Z0-9]_*[a-z]|[a-z]_*[A-Z])[A-Za-z0-9_]*")
_SETS = re.compile("@[A-Za-z0-9_/-]*|[“„«‘][^”“»’\n]*[”“»’]|'[^'\n]*'")
_UNITS = ("days", "day", "months", "month", "years", "year")


def check_text(text: str, start: str = "start") -> Problem | None:
    """The problem that makes parsing pointless, or None."""
    what = {"start": "condition", "start_set": "set", "start_key": "key"}.get(start, "value")
    if not text.strip() or not mask(text).strip():
        return Problem("SCR101", f"The {what} is empty.", 0, len(text), "nothing here",
                       "Write a condition such as `line.units > 1`." if what == "condition" else f"Write a {what}."
                       )  # fmt: skip
    if len(text) > MAX_LENGTH:
        return Problem("SCR102", f"The {what} has {len(text):,} characters; {MAX_LENGTH:,} are allowed.", MAX_LENGTH,
                       len(text), "too long", "Put long lists of codes into value sets, and parts into definitions."
                       )  # fmt: skip
    masked = mask(text)
    return _depth(masked, what) or _date(masked) or _words(masked)


def _depth(masked: str, what: str) -> Problem | None:
    depth = 0
    for at, character in enumerate(masked):
        depth += (character in "({[") - (character in ")}]")
        if depth > MAX_BRACKETS:
            return Problem("SCR102", f"The {what} has more than {MAX_BRACKETS} brackets open at once.", at, at + 1,
                           "too deep", "Name its parts as definitions of the pack.")  # fmt: skip
    return None


def _date(masked: str) -> Problem | None:
    match = _US_DATE.search(masked)
    if match is not None:
        month, day, year = match[1], match[3], match[4]
    else:
        match = _SLASHED.search(masked)
        if match is None:
            return None
        year, month, day = match[1], match[2], match[3]
    iso = f"{year}-{int(month):02d}-{int(day):02d}"
    if int(month) > 12 and int(day) <= 12 and match.re is _US_DATE:
        iso = f"{year}-{int(day):02d}-{int(month):02d}"
    return Problem("SCR114", f"`{match[0]}` is not how a date is written.",
                   match.start(), match.end(), "year-month-day",
                   f"Write `{iso}`.", edit=Edit(match.start(), match.end(), iso, True))  # fmt: skip


def _words(masked: str) -> Problem | None:
    """A word that mixes cases or runs a number into letters: no word of the language does."""
    hidden = _SETS.sub(lambda m: "@" * len(m[0]), masked)
    for match in _WORD.finditer(hidden):
        word, start, end = match[0], match.start(), match.end()
        if re.fullmatch(r"[a-z][a-z0-9_]*", word):
            continue
        run = re.fullmatch(r"([0-9]+|[A-Z0-9]+)([a-z][a-z0-9_]*)", word)
        if run and (run[2] in KEYWORDS or run[2] in _UNITS):
            return Problem("SCR111", f"`{word}` runs two words into one.", start, end, "no space between",
                           f"Write `{run[1]} {run[2]}`.", edit=Edit(start, end, f"{run[1]} {run[2]}", True)
                           )  # fmt: skip
        lower = word.lower()
        rest = re.match(r"\.[A-Za-z0-9_]+", hidden[end:])
        if lower in KEYWORDS or lower in ("diagnosis", "row") or (rest and rest[0][1:2].isalpha()):
            return Problem("SCR105", f"`{word}` is not in lower case.", start, end, "lower case",
                           f"Write `{lower}`: words of the language and fields are in lower case.",
                           edit=Edit(start, end, lower, True))  # fmt: skip
        if hidden[start - 1 : start] == "." and re.search(r"[a-z_]\.$", hidden[:start]):
            return Problem("SCR105", f"`{word}` is not in lower case.", start, end, "lower case",
                           f"Write `{lower}`: fields are in lower case.", edit=Edit(start, end, lower, True)
                           )  # fmt: skip
        if re.fullmatch(r"[0-9]+[a-z][0-9a-z_]*", word):
            return Problem("SCR111", f"`{word}` runs digits into small letters.", start, end, "code or name?",
                           f"A code is upper case, `{word.upper()}`; a name begins with a letter.",
                           edit=Edit(start, end, word.upper(), True))  # fmt: skip
        return Problem("SCR121", f"`{word}` mixes upper and lower case.", start, end, "mixed case",
                       f"A code is upper case, `{word.upper()}`; a word of the language is lower case, `{lower}`.",
                       edit=Edit(start, end, word.upper(), True))  # fmt: skip
    return None
