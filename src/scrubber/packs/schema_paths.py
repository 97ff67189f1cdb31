"""From a location in the data to the pydantic model or annotation that stands there."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel


def model_at(model: type[BaseModel], location: Sequence[Any]) -> type[BaseModel] | None:
    """The model whose keys stand at ``location`` (which still has its union tags)."""
    found = annotation_at(model, location)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def annotation_at(model: type[BaseModel], location: Sequence[Any]) -> Any:
    """The annotation at ``location``, without Annotated."""
    current: Any = model
    for part in location:
        if isinstance(part, str) and part.startswith("<"):
            current = _branch(current, part)
        elif isinstance(part, int):
            arguments = typing.get_args(_bare(current))
            current = arguments[0] if arguments else None
        elif isinstance(current, type) and issubclass(current, BaseModel):
            field = next((f for key, f in current.model_fields.items() if (f.alias or key) == part), None)
            current = field.annotation if field is not None else None
        else:
            arguments = typing.get_args(_bare(current))
            current = arguments[1] if len(arguments) > 1 else None
        current = _bare(current)
    return _bare(current)


def _bare(annotation: Any) -> Any:
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    return annotation


def _branch(annotation: Any, tag: str) -> Any:
    """The branch of a union that carries ``tag``."""
    for branch in typing.get_args(_bare(annotation)):
        marks = typing.get_args(branch)[1:] if typing.get_origin(branch) is typing.Annotated else ()
        if any(getattr(mark, "tag", None) == tag for mark in marks):
            return branch
    return None


def literals(annotation: Any) -> list[str]:
    """The values of a Literal; none for anything else."""
    if typing.get_origin(annotation) is typing.Literal:
        return [str(value) for value in typing.get_args(annotation)]
    return []
