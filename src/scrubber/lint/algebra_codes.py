"""Enough codes to tell any of some code sets apart: one of each combination of sets that a code can be in."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from string import ascii_uppercase, digits

from scrubber.core.code_ranges import PREFIX_SYSTEMS, CodeMatcher, shape_of
from scrubber.core.code_systems import code_system

BOTH = digits + ascii_uppercase
SMALL = {
    "modifier": (BOTH, BOTH), "place_of_service": (digits, digits), "state": (ascii_uppercase, ascii_uppercase),
    "unit": (BOTH, BOTH), "frequency": (BOTH,), "bill_type": (digits, digits, BOTH), "poa": ("YNUW1",),
    "payer_sequence": ("PSTUABCDEFGH",),
}  # fmt: skip
"""Systems so small that every code is looked at."""
SHAPES = {"procedure": ("99999", "A9999", "9999A"), "revenue_code": ("9999",), "npi": ("9" * 10,), "ndc": ("9" * 11,)}
"""Shapes of the codes in use. A code of another shape counts where a condition names one."""
SPELLED_OUT = 3_000
LONGEST_DIAGNOSIS = 7


def cells(matchers: Sequence[Container[str]], system: str) -> tuple[list[str], bool]:
    """A code of every combination of the sets, and whether no combination was missed.

    ``matchers`` are frozen sets or :class:`CodeMatcher`; codes in one of the sets stand first.
    """
    codes, complete = _cells(tuple(dict.fromkeys(matchers)), system)
    return list(codes), complete


@lru_cache(maxsize=2048)
def _cells(matchers: tuple[Container[str], ...], system: str) -> tuple[tuple[str, ...], bool]:
    found, complete = _candidates(matchers, system)
    seen: dict[tuple[bool, ...], str] = {}
    for code in found:
        seen.setdefault(tuple(code in matcher for matcher in matchers), code)
    return tuple(seen[key] for key in sorted(seen, key=lambda key: (-sum(key), seen[key]))), complete


def _candidates(matchers: Sequence[Container[str]], system: str) -> tuple[Iterable[str], bool]:
    exact, ranges, patterns = _parts(matchers)
    if values := code_system(system).values:
        return (*sorted(exact), *values), True
    if system in SMALL:
        return (*sorted(exact), *map("".join, product(*SMALL[system]))), True
    if system in PREFIX_SYSTEMS:
        return _of_a_tree(exact, ranges, patterns)
    return _by_shape(exact, ranges, patterns, SHAPES.get(system, ()))


def _parts(matchers: Sequence[Container[str]]) -> tuple[set[str], set[tuple[str, str]], set[str]]:
    exact: set[str] = set()
    ranges: set[tuple[str, str]] = set()
    patterns: set[str] = set()
    for matcher in matchers:
        if isinstance(matcher, CodeMatcher):
            exact |= {code for code in matcher.exact if isinstance(code, str)}
            ranges |= set(matcher.ranges)
            patterns |= set(matcher.patterns)
        elif isinstance(matcher, frozenset):
            exact |= {code for code in matcher if isinstance(code, str)}
    return exact, ranges, patterns


def _stem(pattern: str) -> str | None:
    """What every match of a pattern begins with; None where that is not all the pattern says."""
    stem = pattern[:-2] if pattern.endswith("?*") else pattern[:-1] if pattern.endswith("*") else pattern
    return None if "*" in stem or "?" in stem or stem == pattern else stem


def after(code: str) -> str | None:
    """The next code of the same shape; None after the last."""
    characters = list(code)
    for at in range(len(characters) - 1, -1, -1):
        letter = not characters[at].isdigit()
        if characters[at] not in "9Z":
            characters[at] = chr(ord(characters[at]) + 1)
            return "".join(characters)
        characters[at] = "A" if letter else "0"
    return None


def _filled(shape: str, stem: str, letter: str, digit: str) -> str:
    return stem + "".join(digit if kind == "9" else letter for kind in shape[len(stem) :])


def _by_shape(
    exact: set[str], ranges: set[tuple[str, str]], patterns: set[str], shapes: Iterable[str]
) -> tuple[list[str], bool]:
    """Codes of one shape are in a row, and every set is made of stretches of it: its ends and what is next to them."""
    stems = [_stem(pattern) for pattern in patterns]
    all_shapes = {*shapes, *map(shape_of, exact), *(shape_of(low) for low, _ in ranges)}
    found: list[str | None] = [*sorted(exact)]
    for shape in sorted(all_shapes):
        found += [_filled(shape, "", "A", "0")]
        found += [after(code) for code in exact if shape_of(code) == shape]
        for low, high in ranges:
            if shape_of(low) == shape:
                found += [low, after(high)]
        for stem in stems:
            if stem is not None and len(stem) <= len(shape) and shape_of(stem) == shape[: len(stem)]:
                found += [_filled(shape, stem, "A", "0"), after(_filled(shape, stem, "Z", "9"))]
                if len(stem) == len(shape):
                    found += [stem, after(stem)]
    if not all_shapes:
        found.append("OTHER")
    elif not shapes:
        found.append("OTHER9")
    return [code for code in found if code is not None], all(stem is not None for stem in stems)


def _of_a_tree(exact: set[str], ranges: set[tuple[str, str]], patterns: set[str]) -> tuple[list[str], bool]:
    """Codes in order of the alphabet: a category is a stretch of it, a code is a point."""
    complete = True
    stems: set[str] = set()
    for pattern in patterns:
        stem = _stem(pattern)
        complete = complete and stem is not None
        if stem is not None:
            stems.add(stem)
    for low, high in ranges:
        spelled = list(_spelled(low, high))
        complete = complete and len(spelled) < SPELLED_OUT
        stems.update(spelled)
    found: list[str | None] = ["A00"]
    for stem in sorted(stems):
        found += [stem.ljust(3, "0"), _under(stem), _beside(stem)]
    for code in sorted(exact):
        found += [code, _under(code), _beside(code)]
    return [code for code in found if code is not None], complete


def _spelled(low: str, high: str) -> Iterator[str]:
    code: str | None = low
    for _ in range(SPELLED_OUT):
        if code is None or code > high:
            return
        yield code
        code = after(code)


def _under(code: str) -> str | None:
    return f"{code}0" if 3 <= len(code) < LONGEST_DIAGNOSIS else None


def _beside(code: str) -> str | None:
    """The first code after a category and all below it."""
    while code:
        last = code[-1]
        alphabet = ascii_uppercase if len(code) == 1 else digits if len(code) == 2 else BOTH
        place = alphabet.find(last)
        if 0 <= place < len(alphabet) - 1:
            return (code[:-1] + alphabet[place + 1]).ljust(3, "0")
        code = code[:-1]
    return None
