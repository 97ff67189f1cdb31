"""The members of a value set, each looked at: shape, ranges, doubles, codes run together."""

from __future__ import annotations

import re

from scrubber.core.code_ranges import in_range, matches, normalise_pattern, range_problem
from scrubber.core.code_systems import code_system, normalise_code
from scrubber.core.diagnostics import Diagnostic, Label, Replacement
from scrubber.core.places import Text
from scrubber.core.types import Type
from scrubber.packs.yaml_nodes import shown

_MOST_COMPARISONS = 2_000_000
"""Beyond this, a list is not searched for codes that a pattern covers: that only warns."""
_RANGE = re.compile(r"([0-9A-Za-z.]+)\s*[-–]\s*([0-9A-Za-z.]+)")


def checked_members(texts: tuple[Text, ...], type_: Type, name: str, problems: list[Diagnostic]) -> tuple[Text, ...]:
    """The members as written, each looked at: shape, ranges, doubles, codes run together."""
    seen: dict[str, Text] = {}
    for text in texts:
        problem = member_problem(text, type_)
        if problem is not None:
            problems.append(problem)
            continue
        pattern = text.value.startswith("@") or "*" in text.value
        code = text.value if pattern else normalise_code(text.value)
        first = seen.setdefault(code, text)
        if first is not text:
            problems.append(
                Diagnostic(
                    "SCR641",
                    f"{shown(text.value)} is in @{name} twice",
                    text.place,
                    label="a second time",
                    labels=(Label(first.place, "first here"),),
                    help="remove one",
                    severity="warning",
                )
            )
    _covered(seen, name, type_.of, problems)
    return texts


def member_problem(text: Text, type_: Type) -> Diagnostic | None:
    """What is wrong with one member: a code, a range, a pattern or ``@set``."""
    value = text.value.strip()
    system = code_system(type_.of)
    if value.startswith("@"):
        if re.fullmatch(r"@(local/)?[a-z][a-z0-9]*(-[a-z0-9]+)*", value):
            return None
        return Diagnostic(
            "SCR640",
            f"`{shown(value)}` is not the name of a value set",
            text.place,
            help="write @ and lower-case words joined by dashes",
        )
    pieces = _run_together(value, type_)
    if pieces:
        return Diagnostic(
            "SCR643",
            f"`{shown(value)}` looks like {len(pieces)} codes run together",
            text.place,
            label="a comma is missing",
            help=f"write {', '.join(pieces[:4])}",
            edit=Replacement(text.place, ", ".join(pieces)),
        )
    ends = _RANGE.fullmatch(value)
    if ends:
        return _range_problem(text, value, ends[1], ends[2], type_)
    if "*" in value or "?" in value:
        if re.fullmatch(r"[0-9A-Z.?*]+", value):
            return None
        return Diagnostic(
            "SCR640",
            f"`{shown(value)}` is not a pattern of codes",
            text.place,
            help="write upper-case letters and digits, * for any run and ? for one character",
        )
    code = normalise_code(value)
    dotted = "." in value and type_.of not in ("", "diagnosis")  # 8.1E4 is what a spreadsheet makes of 81E03
    if re.fullmatch(r"[0-9A-Z_]+", code) and (not type_.of or system.fits(code)) and not dotted:
        return None
    noun = str(type_) if type_.of else "code"
    return Diagnostic(
        "SCR640",
        f"`{shown(value)}` is not a {noun}",
        text.place,
        label=f"{system.says} expected" if type_.of else "",
        help=_shape_help(value, type_),
    )


def _shape_help(value: str, type_: Type) -> str:
    system = code_system(type_.of)
    if type_.of == "procedure" and re.fullmatch(r"[0-9]{3,4}", value):
        return f"a procedure code has five characters; is a zero missing in front, as in {value.zfill(5)}?"
    if type_.of == "place_of_service" and re.fullmatch(r"[0-9]", value):
        return f"write two digits: {value.zfill(2)}"
    if type_.of == "revenue_code" and re.fullmatch(r"[0-9]{1,3}", value):
        return f"write four digits: {value.zfill(4)}"
    if system.values:
        return "it may be " + ", ".join(system.values)
    return f"write a code such as {system.example}"


def _run_together(value: str, type_: Type) -> list[str]:
    """The codes that a missing comma joined: ``99213 99214`` or ``9921399214``; empty where it is one code."""
    system = code_system(type_.of)
    if " " in value and not re.search(r"\s[-–]\s", value):
        pieces = value.split()
        shapes = all(re.fullmatch(r"[0-9A-Z.*?@-]+", piece) for piece in pieces)
        return pieces if shapes else []
    code = normalise_code(value)
    if type_.of in ("procedure", "modifier", "") and re.fullmatch(r"[0-9A-Z]+", code) and not value.count("."):
        width = 2 if type_.of == "modifier" else 5
        if len(code) >= 2 * width and len(code) % width == 0 and len(code) <= 20 and len(code) != 7:
            pieces = [code[at : at + width] for at in range(0, len(code), width)]
            joined = type_.of or all(re.fullmatch(r"[0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[A-Z]", piece) for piece in pieces)
            if joined and (not type_.of or all(system.fits(piece) for piece in pieces)):
                return pieces
    return []


def _range_problem(text: Text, value: str, low: str, high: str, type_: Type) -> Diagnostic | None:
    first, last = normalise_code(low), normalise_code(high)
    if not re.fullmatch(r"[0-9A-Za-z.]+-[0-9A-Za-z.]+", value):
        return Diagnostic(
            "SCR644",
            f"the range `{shown(value)}` has blanks or a long dash in it",
            text.place,
            help=f"write {first}-{last}",
            edit=Replacement(text.place, f"{low}-{high}", safe=True),
        )
    system = code_system(type_.of)
    problem = range_problem(first, last)
    if problem == "shape":
        return Diagnostic(
            "SCR644",
            f"the ends of `{shown(value)}` are not of one shape",
            text.place,
            label="two shapes",
            help="letters and digits must stand in the same places at both ends",
        )
    if type_.of and not all(system.fits(end) for end in (first, last)):
        return Diagnostic(
            "SCR640",
            f"the ends of `{shown(value)}` are not {type_}s",
            text.place,
            label=f"{system.says} expected",
            help=f"write codes such as {system.example}",
        )
    if problem:
        return Diagnostic(
            "SCR644",
            f"the range `{shown(value)}` ends before it starts",
            text.place,
            help=f"write {last}-{first}",
            edit=Replacement(text.place, f"{high}-{low}"),
        )
    return None


def _covered(seen: dict[str, Text], name: str, system: str, problems: list[Diagnostic]) -> None:
    """Warn of codes that a range or a pattern of the same list already holds."""
    patterns = [(code, normalise_pattern(code)) for code in seen if "*" in code or "?" in code]
    ranges = [(code, *code.split("-", 1)) for code in seen if "-" in code and not code.startswith("@")]
    if len(seen) * (len(patterns) + len(ranges)) > _MOST_COMPARISONS:
        return
    for code, text in seen.items():
        if code.startswith("@") or "-" in code or "*" in code or "?" in code:
            continue
        by = next((written for written, pattern in patterns if matches(code, pattern)), None)
        if by is None:
            by = next((written for written, low, high in ranges if in_range(code, low, high, system)), None)
        if by is not None:
            problems.append(
                Diagnostic(
                    "SCR642",
                    f"{shown(text.value)} is already covered by {shown(seen[by].value)}",
                    text.place,
                    help="remove it",
                    labels=(Label(seen[by].place, "covers it"),),
                    severity="warning",
                )
            )
