"""Reading a node tree whose shape is known to be right: small steps from keys to the words of the model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place, Text
from scrubber.packs.model import Applies, Authority, Choice, Window
from scrubber.packs.type_names import iso_date
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, Sequence


def texts(node: Node | None) -> tuple[Text, ...]:
    """The texts of a list, of a single value, or of nothing."""
    if isinstance(node, Scalar):
        return (node.text(),)
    if isinstance(node, Sequence):
        return tuple(item.text() for item in node.items if isinstance(item, Scalar))
    return ()


def members(node: Node | None) -> tuple[Text, ...]:
    """As :func:`texts`, with one place for each whole value: lists of codes are long."""
    return tuple(item.bare() for item in node.items if isinstance(item, Scalar)) if isinstance(node, Sequence) else ()


def words(node: Node | None) -> tuple[str, ...]:
    """As :func:`texts`, without places."""
    if isinstance(node, Scalar):
        return (node.value,)
    if isinstance(node, Sequence):
        return tuple(item.value for item in node.items if isinstance(item, Scalar))
    return ()


def word(mapping: Mapping, key: str, default: str = "") -> str:
    """The text of ``key``, or the default."""
    node = mapping.get(key)
    return node.value.strip() if isinstance(node, Scalar) else default


def text(mapping: Mapping, key: str) -> Text | None:
    """The text of ``key`` with its places, or None."""
    node = mapping.get(key)
    return node.text() if isinstance(node, Scalar) else None


def mappings(node: Node | None) -> tuple[Mapping, ...]:
    """The mappings of a list, or a mapping alone."""
    if isinstance(node, Mapping):
        return (node,)
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Mapping))
    return ()


def entries(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    """The keys and values of a mapping, or nothing."""
    if isinstance(node, Mapping):
        yield from node.entries


def key_place(mapping: Mapping, *keys: str) -> Place:
    """The place of the first of the keys that is there, else of the mapping's first key."""
    for name in keys:
        key = mapping.key(name)
        if key is not None:
            return key.place
    return mapping.entries[0][0].place if mapping.entries else mapping.place


def day(mapping: Mapping, key: str) -> date | None:
    """The date of ``key``, or None."""
    return iso_date(word(mapping, key))


def window(node: Node | None, problems: list[Diagnostic]) -> Window:
    """``{from, to}``; open where nothing is said."""
    if not isinstance(node, Mapping):
        return Window()
    first, last = day(node, "from"), day(node, "to")
    if first is not None and last is not None and last < first:
        end = node.get("to")
        problems.append(
            Diagnostic(
                "SCR616",
                f"this window ends on {last}, before it starts on {first}",
                end.place if end is not None else node.place,
                label="the last day",
                help="both days are included; check the year",
            )
        )
    return Window(first, last)


def authorities(node: Node | None) -> tuple[Authority, ...]:
    """One authority or a list of them."""
    return tuple(
        Authority(
            title=word(item, "title"),
            section=word(item, "section"),
            edition=word(item, "edition"),
            url=word(item, "url"),
            evidence=word(item, "evidence"),
            seen=day(item, "seen"),
        )
        for item in mappings(node)
    )


def applies(node: Node | None, defaults: Applies = Applies()) -> Applies:  # noqa: B008 (immutable)
    """``applies:``; a key that is left out is taken from ``defaults``."""
    if not isinstance(node, Mapping):
        return defaults

    def choice(name: str, default: Choice) -> Choice:
        given = node.get(name)
        return (
            Choice(words(given.get("any_of")), words(given.get("none_of"))) if isinstance(given, Mapping) else default
        )

    return Applies(
        payer=choice("payer", defaults.payer),
        payer_class=choice("payer_class", defaults.payer_class),
        product=choice("product", defaults.product),
        state=choice("state", defaults.state),
        claim_type=choice("claim_type", defaults.claim_type),
    )
