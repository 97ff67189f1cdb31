"""Real files of public test suites: every one is read or refused in words, and comes back byte for byte."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from pathlib import Path

import pytest

from scrubber.claims.read import InputClaim, InputProblem, read_claims
from scrubber.claims.x12.segments import join, split
from scrubber.core.diagnostics import InputError

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "x12" / "837"
FILES = sorted(FOLDER.iterdir()) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="the shared 837 files are not on this machine")


def _version(data: bytes) -> str:
    found = re.search(rb"GS.[A-Z]{2}(?:.[^*|~]*){5}?.X.([0-9]{6}X[0-9]{3})", data)
    return found[1].decode() if found else ""


def test_every_file_is_read_or_refused_in_words() -> None:
    kinds = Counter[str]()
    for path in FILES:
        found = list(read_claims(path, path.name))
        assert found, path.name
        kinds["read" if any(isinstance(item, InputClaim) for item in found) else "refused"] += 1
        for item in found:
            for problem in item.problems if isinstance(item, InputClaim) else (item,):
                assert isinstance(problem, InputProblem)
                assert len(str(problem)) < 600
    assert kinds["read"] >= 80
    assert sum(kinds.values()) == len(FILES)


def test_remittances_and_acknowledgements_are_refused_with_one_message_a_group() -> None:
    for kind in ("835", "277", "999"):
        for path in sorted((FOLDER.parent / kind).iterdir()):
            found = list(read_claims(path, path.name))
            groups = len(re.findall(rb"(?:^|[~\n\r])GS[^A-Za-z0-9]", path.read_bytes()))
            assert all(isinstance(item, InputProblem) for item in found)
            assert len(found) <= max(groups, 1), path.name


def test_every_x12_file_comes_back_byte_for_byte() -> None:
    whole = 0
    for path in FILES:
        data = path.read_bytes()
        with contextlib.suppress(InputError):
            assert join(split(data, path.name)) == data, path.name
            whole += 1
    assert whole >= 100


def test_claims_charges_and_lines_agree_with_a_plain_split() -> None:
    """Oracle: cut at the terminator that the first ISA declares; count CLM, its second element and LX."""
    compared = 0
    for path in FILES:
        data = path.read_bytes()
        if not data.startswith(b"ISA") or _version(data)[:10] not in ("005010X222", "005010X223", "005010X224"):
            continue
        element = data[3:4]
        end = data.split(element, 16)[16][1:2]
        segments = [segment.strip().split(element) for segment in data.split(end)]
        claims = [segment for segment in segments if segment[0] == b"CLM"]
        lines = sum(segment[0] == b"LX" for segment in segments)
        found = [item.claim for item in read_claims(path) if isinstance(item, InputClaim)]
        assert len(found) == len(claims), path.name
        assert [claim.total_charge for claim in found] == [round(float(claim[2]) * 100) for claim in claims], path.name
        assert sum(len(claim.lines) for claim in found) == lines, path.name
        compared += 1
    assert compared >= 80
