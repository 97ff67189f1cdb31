"""The bundled packs as their authors wrote them, for the pages about rules and parameters."""

from __future__ import annotations

from pathlib import Path

from scrubber.core.resources import resource
from scrubber.packs.bundled import bundled_packs
from scrubber.packs.load import load_packs
from scrubber.packs.model import Applies, Choice, Pack


def bundled() -> tuple[Pack, ...]:
    """The bundled packs, in the order they are loaded."""
    return load_packs(bundled_packs())


def whom(applies: Applies) -> str:
    """Whom criteria are about, in words."""
    said = [
        _choice(noun, choice)
        for noun, choice in (
            ("payer", applies.payer),
            ("class", applies.payer_class),
            ("product", applies.product),
            ("state", applies.state),
            ("form", applies.claim_type),
        )
    ]
    return "; ".join(part for part in said if part) or "every claim"


def _choice(noun: str, choice: Choice) -> str:
    said = []
    if choice.any_of:
        said.append(f"{noun} {' or '.join(choice.any_of)}")
    if choice.none_of:
        said.append(f"{noun} other than {' or '.join(choice.none_of)}")
    return ", ".join(said)


def source_of(path: str) -> str:
    """A file of a pack as a path from the root of the project."""
    root = Path(resource("rules")).resolve().parent
    return Path(path).resolve().relative_to(root).as_posix()
