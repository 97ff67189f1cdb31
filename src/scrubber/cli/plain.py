"""A command line read without click, where every word of it is plain; click reads all others, and tells what is wrong.

Plain is: whole option names that are declared, each once unless it may be repeated, a good value as the next word, and
file names that do not begin with a dash. It gives what click would give; tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scrubber.cli.declared import Option


def plain_arguments(words: Sequence[str], options: Iterable[Option]) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """The files and the options by name; None where a word is not plain, or where no file is named."""
    by_flag = {option.flag: option for option in options}
    files: list[str] = []
    given: dict[str, Any] = {}
    following = iter(words)
    for word in following:
        if word and not word.startswith("-"):
            files.append(word)
            continue
        option = by_flag.get(word)
        if option is None or (option.name in given and not option.many):
            return None
        if not option.takes_value:
            given[option.name] = True
            continue
        text = next(following, "")
        if not text or text.startswith("-") or (option.choices and text not in option.choices):
            return None
        try:
            value = text if option.read is None else option.read(text)
        except ValueError:
            return None
        given[option.name] = (*given.get(option.name, ()), value) if option.many else value
    absent = {option.name: _absent(option) for option in by_flag.values()}
    return (tuple(files), {**absent, **given}) if files else None


def _absent(option: Option) -> Any:
    """The value of an option that is not given."""
    if option.many:
        return ()
    return option.default if option.takes_value else False
