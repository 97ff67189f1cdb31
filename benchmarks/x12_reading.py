"""Reading an 837: our tokenizer and our reader, which builds claims, against pyx12's reader, which splits segments and
counts loops, and against a plain split. All read the same made-up bytes in one run.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable

import machine
from x12_text import made_up_837


def segments_by_pyx12(data: bytes) -> int:
    """Number of segments pyx12's reader gives."""
    from pyx12.x12file import X12Reader

    return sum(1 for _ in X12Reader(io.StringIO(data.decode("ascii"))))


def elements_by_split(data: bytes) -> int:
    """Number of pieces of a split at every terminator, each split at every element separator: no reader does less."""
    return len([piece.split(b"*") for piece in data.split(b"~")])


def segments_by_ours(data: bytes) -> int:
    """Number of segments our lossless tokenizer gives."""
    from scrubber.claims.x12.segments import split

    return sum(1 for _ in split(data))


def claims_by_ours(data: bytes) -> int:
    """Number of claims our reader gives; a problem in the made-up file ends the benchmark."""
    from scrubber.claims.read import InputProblem, read_claims

    found = 0
    for item in read_claims(data, "made-up.837"):
        problems = (item,) if isinstance(item, InputProblem) else item.problems
        if problems:
            raise SystemExit(f"the made-up file was not read clean: {problems[0].message}")
        found += 1
    return found


def fastest(read: Callable[[bytes], int], data: bytes, repeats: int) -> tuple[float, int]:
    """The least of several times of this process alone, and what was read."""
    best, found = float("inf"), 0
    for _ in range(repeats):
        start = time.process_time()
        found = read(data)
        best = min(best, time.process_time() - start)
    return best, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kilobytes", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20240815)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    data, claims = made_up_837(options.kilobytes * 1000, options.seed)
    print(machine.describe())
    print(f"file       {len(data):,} bytes, {claims:,} claims, seed {options.seed}")

    theirs, segments = fastest(segments_by_pyx12, data, options.repeats)
    if segments != data.count(b"~"):
        raise SystemExit(f"pyx12 read {segments} of {data.count(b'~')} segments")
    cut, pieces = fastest(elements_by_split, data, options.repeats)
    if pieces != segments + 1:
        raise SystemExit(f"a plain split gave {pieces - 1} of {segments} segments")
    only, found = fastest(segments_by_ours, data, options.repeats)
    if found != segments + data.endswith(b"\n"):
        raise SystemExit(f"our tokenizer gave {found} of {segments} segments")
    ours, found = fastest(claims_by_ours, data, options.repeats)
    if found != claims:
        raise SystemExit(f"our reader gave {found} of {claims} claims")
    for name, seconds in (
        ("bytes.split, segments and elements", cut), ("pyx12, segments", theirs), ("ours, segments", only),
        ("ours, claims", ours),
    ):  # fmt: skip
        print(
            f"{name:36}{seconds:8.3f} s {len(data) / seconds / 1e6:7.1f} MB/s {segments / seconds:11,.0f} segments/s"
            f"{f' {claims / seconds:9,.0f} claims/s' if name.endswith('claims') else ''}"
        )
    print(f"ours to pyx12        {theirs / only:8.2f} segments to segments, {theirs / ours:.2f} claims to its segments")
    print(f"ours to bytes.split  {cut / only:8.2f} segments, {cut / ours:.2f} claims (above 1: ours is faster)")


if __name__ == "__main__":
    main()
