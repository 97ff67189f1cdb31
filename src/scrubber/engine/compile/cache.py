"""Compiled packs kept as data under the user's cache folder, so that a start need not read YAML again.

A cache entry is a MessagePack document of the program, named by a digest of all that went into it. It holds no code.
An entry that is damaged, foreign or of another version is ignored and written anew.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from scrubber import __version__
from scrubber.engine.compile.program import Program

FORMAT = 2


def cache_folder() -> Path:
    """Where entries are kept: ``$SCRUBBER_CACHE``, else the user's cache folder."""
    named = os.environ.get("SCRUBBER_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(named) if named else Path(base).expanduser() / "claim-scrubber"


def program_key(digests: Sequence[str], folders: Sequence[Path], local: Mapping[str, Sequence[str]]) -> str:
    """The name of the entry: packs (contents, order and place), local lists, engine and Python version."""
    parts = [str(FORMAT), __version__, sys.version, *digests, *(str(folder) for folder in folders)]
    parts += [f"{name}={','.join(codes)}" for name, codes in sorted(local.items())]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def read_program(key: str) -> Program | None:
    """The program kept under ``key``; None where there is none that can be used."""
    try:
        data = (cache_folder() / f"{key}.program").read_bytes()
        digest, body = data[:32], data[32:]
        if hashlib.sha256(body).digest() != digest:
            return None
        return msgspec.msgpack.decode(body, type=Program)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def write_program(key: str, program: Program) -> None:
    """Keep a program. A folder that cannot be written is no error: the next start compiles again."""
    import tempfile  # here because a start that finds its entry need not wait for it

    body = msgspec.msgpack.encode(program)
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(body).digest() + body)
            Path(name).replace(folder / f"{key}.program")
        except OSError:
            Path(name).unlink(missing_ok=True)
    except OSError:
        return
