"""Syntax messages about sets: braces, ranges, `in` and `has`."""

from __future__ import annotations

import re

from scrubber.lang.masked import Spot
from scrubber.lang.problems import Edit, Problem
from scrubber.lang.words import KEYWORDS

_ITEM = r"(?:@[a-z0-9/-]+|[A-Z0-9]+(?:_[A-Z0-9]+)*(?:\.[A-Z0-9]*)?(?:[*?]+|-[A-Z0-9.]+)?)"
_LIST = rf"{_ITEM}(?:\s*,\s*{_ITEM})*"
_ASKS = re.compile(rf"\b(in|has\s+(?:any|all|none)\s+of|has)(\s+)(\(?)\s*({_LIST})\s*(\)?)(?![\w.])")
_COMPARED = re.compile(rf"(!=|=)\s*(\{{[^{{}}]*\}}|@[a-z0-9/-]+|{_ITEM})")


def braces(spot: Spot) -> Problem | None:
    """``in 99213, 99214``, ``in (99213, 99214)``, ``in 99213``, ``has 25, 59``."""
    for match in _ASKS.finditer(spot.masked):
        word, listed = re.sub(r"\s+", " ", match[1]), match[4]
        start, end = match.start(4), match.end(4)
        bracketed = bool(match[3] and match[5])
        outer = (match.start(3), match.end(5)) if bracketed else (start, end)
        if not (outer[0] - 1 <= spot.position <= end + 1):
            continue
        several = "," in listed
        if word == "has":
            if not several and not bracketed:
                continue
            better = f"any of {{{listed}}}" if several else listed
            return Problem("SCR117", "`has` of several codes does not say how many of them.",
                           *outer, "any, all or none?",
                           f"Write `has {better}`, or `all of`, or `none of`.", edit=Edit(*outer, better))  # fmt: skip
        if not several and not bracketed and re.search(r"^@|[-*?]", listed):
            continue
        if several or bracketed:
            return Problem("SCR108", "A list of codes stands in braces.", *outer, "braces are missing",
                           f"Write `{{{listed}}}`.", edit=Edit(*outer, f"{{{listed}}}", True))  # fmt: skip
        if word == "in":
            return Problem("SCR108", "`in` asks about a set, and this is one code.", *outer, "one code",
                           f"Write `= {listed}`, or `in {{{listed}}}`.", edit=Edit(*outer, f"{{{listed}}}", True)
                           )  # fmt: skip
        return Problem("SCR108", f"`{word}` takes a set, and this is one code.", *outer, "one code",
                       f"Write `{{{listed}}}`.", edit=Edit(*outer, f"{{{listed}}}", True))  # fmt: skip
    return None


def underscored(spot: Spot) -> Problem | None:
    """``@minor_procedures``."""
    for match in re.finditer(r"@[a-z][a-z0-9/-]*(?:_[a-z0-9/-]+)+", spot.masked):
        if match.start() <= spot.position <= match.end():
            better = match[0].replace("_", "-")
            return Problem("SCR119", f"`{match[0]}` is not the name of a value set: its words are joined by dashes.",
                           *match.span(), "dashes", f"Write `{better}`.", edit=Edit(*match.span(), better))  # fmt: skip
    return None


_END = r"([A-Z0-9]+(?:\.[A-Z0-9]+)?)"
_SPOKEN = re.compile(rf"(?<![\w.]){_END}(\s+(?:to|through|thru)\s+|\s+-\s*|\s*-\s+){_END}(?![\w.])")


def spoken_range(spot: Spot) -> Problem | None:
    """``in 99202 to 99215``, ``in 99202 - 99215``, and the same in braces."""
    for match in _SPOKEN.finditer(spot.masked):
        in_set = re.search(r"(\b(?:in|of|has)|[{,])$", spot.masked[: match.start()].rstrip())
        if in_set is None or not match.start() <= spot.position <= match.end():
            continue
        better = f"{match[1]}-{match[3]}"
        return Problem("SCR108", "A range of codes is written with `-` and no spaces.", *match.span(), "a range",
                       f"Write `{better}`.", edit=Edit(*match.span(), better, True))  # fmt: skip
    return None


def equals_a_set(spot: Spot) -> Problem | None:
    """``line.procedure = {99213}``, ``= 99202-99215``, ``= E11.*``, ``= @set``."""
    for match in _COMPARED.finditer(spot.masked):
        item, start, end = match[2], match.start(2), match.end(2)
        if not (start <= spot.position <= end) or not re.search(r"^[@{]|[-*?]", item):
            continue
        word = "in" if match[1] == "=" else "not in"
        kind = "a range" if "-" in item and item[0] not in "@{" else "a pattern" if item[-1] in "*?" else "a set"
        return Problem("SCR125", f"`{match[1]}` compares with one value, and this is {kind}.", match.start(), end, kind,
                       f"Write `{word} {item[:60]}`.",
                       edit=Edit(match.start(), end, f"{word} {spot.text[start:end]}", True))  # fmt: skip
    return None


def without_at(spot: Spot) -> Problem | None:
    """``in migraine`` for ``in @migraine``: a word alone is read as the name of a function."""
    match = re.search(r"\b(?:in|of)\s+([a-z][a-z0-9_]*)$", spot.before)
    if match is None or "LPAR" not in spot.expected or match[1] in KEYWORDS:
        return None
    word, start, end = match[1], match.start(1), match.end(1)
    better = f"{{{word.upper()}}}" if len(word) <= 2 else f"@{word}"  # a modifier such as LT, or the name of a set
    return Problem("SCR119", f"`{word}` is not a set.", start, end, "a set?",
                   f"Write `{better}`: the name of a value set begins with `@`, codes stand in braces, in upper case.",
                   edit=Edit(start, end, better))  # fmt: skip


def hyphen(spot: Spot) -> Problem | None:
    """``line.units-1``, ``surgery.date -1 day``."""
    if spot.masked[spot.position : spot.position + 1] == "-":
        at = spot.position
    else:
        return None
    if spot.in_braces or re.search(r"\b(in|of|has)\s*$", spot.before):
        return None
    left = len(spot.masked[:at].rstrip())
    right = at + 1 + len(spot.masked[at + 1 :]) - len(spot.masked[at + 1 :].lstrip())
    return Problem("SCR112", "`-` subtracts only between spaces; without them it is a range of codes.", at, at + 1,
                   "no spaces", "Write ` - ` to subtract, or `in A-B` for a range.",
                   edit=Edit(left, right, " - ", True))  # fmt: skip


def inside_braces(spot: Spot) -> Problem | None:
    """Empty braces, missing or doubled commas, lower-case codes and nested braces."""
    empty = re.search(r"\{\s*\}", spot.masked)
    if empty:
        return Problem("SCR116", "The braces are empty.", empty.start(), empty.end(), "no codes",
                       "Name at least one code, or ask `is missing` or `is present` of the list.")  # fmt: skip
    if not spot.in_braces:
        return None
    if spot.found in (",", "}"):
        at = len(spot.before)
        return Problem("SCR126", "There is a comma too many.", spot.position, spot.position + 1, "no code before this",
                       "Take the extra comma out.",
                       edit=Edit(at - 1, at, "", True) if spot.previous == "," else
                       Edit(spot.position, spot.position + 1, "", True))  # fmt: skip
    lower = re.match(r"[a-z][a-z0-9_.]*", spot.after)
    if lower and spot.previous in ("{", ","):
        if "." in lower[0] and re.search(r"\.[a-z]", lower[0]):
            return Problem("SCR119", f"`{lower[0]}` cannot stand in braces: they hold codes, ranges, patterns "
                           f"and value sets.",
                           spot.position, spot.position + lower.end(), "not a code",
                           f"Write `in {lower[0]}` apart, joined with `or`.")  # fmt: skip
        stop = spot.masked.find("}", spot.position)
        stop = stop if stop >= 0 else len(spot.masked)
        rest = spot.text[spot.position : stop]
        return Problem("SCR121", f"`{lower[0]}` is in lower case: codes are written in upper case.", spot.position,
                       spot.position + lower.end(), "lower case", f"Write `{lower[0].upper()}`.",
                       edit=Edit(spot.position, stop, rest if "@" in rest else rest.upper(), "@" not in rest)
                       )  # fmt: skip
    if re.match(r"[A-Z0-9@\"]", spot.after) and spot.previous not in ("{", ","):
        at = len(spot.before)
        if "." in spot.found:
            return None
        return Problem("SCR126", "A comma is missing between two codes.", spot.position,
                       spot.position + len(spot.found), "comma before this", f"Write `, {spot.found}`.",
                       edit=Edit(at, spot.position, ", ", True))  # fmt: skip
    return None


def _none_of(spot: Spot, start: int, end: int) -> Edit:
    code = re.match(rf"\s*({_ITEM})", spot.masked[end:])
    if code is None or code[1].startswith("@"):
        return Edit(start, end, "has none of")
    return Edit(start, end + code.end(), f"has none of {{{code[1]}}}", True)


def has_of(spot: Spot) -> Problem | None:
    """``has any {25}``, ``has {25, 59}``, ``has not 25``."""
    match = re.search(r"\bhas(\s+(any|all|none|not|no))?$", spot.before)
    if match is None or "of" in (spot.found,):
        return None
    word = match[2] or ""
    if word in ("not", "no") or spot.found in ("not", "no"):
        end = spot.position + len(spot.found) if spot.found in ("not", "no") else len(spot.before)
        return Problem("SCR117", "The language has no `has not`.", match.start(), end, "how many?",
                       "Write `has none of {...}`.", edit=_none_of(spot, match.start(), end))  # fmt: skip
    if spot.found[:1] in ("{", "@"):
        better = f"has {word or 'any'} of "
        return Problem("SCR117", "`has` of a set does not say how many of its codes." if not word else "A word "
                       "is missing.",
                       match.start(), spot.position, "of?", f"Write `{better}{{...}}`.",
                       edit=Edit(match.start(), spot.position, better, bool(word)))  # fmt: skip
    if word:
        return Problem("SCR117", f"After `has {word}` comes `of`.", match.start(), len(spot.before), "of?",
                       f"Write `has {word} of {{...}}`.")  # fmt: skip
    return None
