"""A whole check: 500 rules and the NCCI pack with all its tables, from a claim in to findings out.

(a) one 5-line claim in process: view, candidates, evaluation, findings with evidence, result.
(b) JSON bytes of a claim in, JSON bytes of its result out, one core, against msgspec decoding the same bytes in the
same run. (c) the same work shared by two processes against one.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

import machine
from office_claims import office_claims
from peer_rules import five_hundred
from programs import whole_engine
from reference_tables import described, real_tables
from scrubber.claims.inputs import InputClaim
from scrubber.claims.json_reader import ClaimDecoder
from scrubber.claims.model import Claim
from scrubber.claims.write import to_json
from scrubber.engine.scrub import Engine

AS_OF = date(2024, 8, 15)


class Latency(NamedTuple):
    """Microseconds of the median claim and of the slowest in a hundred, and what was found."""

    median: float
    slow: float
    findings: int
    with_findings: int


def latency(engine: Engine, number: int, seed: int, rounds: int) -> Latency:
    """The round with the least median, of several over fresh claims: none is scrubbed twice, so that what the engine
    remembers helps only where other claims have the same codes. A first round compiles what is asked often."""
    best: Latency | None = None
    for turn in range(rounds + 1):
        took, findings, with_findings = [], 0, 0
        for index, claim in enumerate(office_claims(number, seed + turn, lines=5)):
            source = InputClaim(claim, "", index)
            start = time.perf_counter()
            result = engine.scrub(source, AS_OF)
            took.append(time.perf_counter() - start)
            findings += len(result.findings)
            with_findings += bool(result.findings)
        took.sort()
        found = Latency(took[number // 2] * 1e6, took[number * 99 // 100] * 1e6, findings, with_findings)
        if turn and (best is None or found.median < best.median):
            best = found
    assert best is not None
    return best


def least(run: Callable[[], object], repeats: int) -> float:
    """The least seconds of several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def through(engine: Engine, texts: Sequence[bytes]) -> int:
    """Every claim from bytes to bytes; the number of bytes that came out."""
    decode, encode = ClaimDecoder().decode, msgspec.json.Encoder().encode
    size = 0
    for index, text in enumerate(texts):
        source = decode(text, "", index)
        assert isinstance(source, InputClaim)
        size += len(encode(engine.scrub(source, AS_OF)))
    return size


def in_two(engine: Engine, texts: Sequence[bytes]) -> None:
    """The same work, half of it in each of two forked processes."""
    fork = multiprocessing.get_context("fork")
    halves = (texts[::2], texts[1::2])
    workers = [fork.Process(target=through, args=(engine, half)) for half in halves]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=20240815)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--slice", action="store_true", help="use the bundled tables even where the real ones are")
    options = parser.parse_args()
    print(machine.describe())
    tables = None if options.slice else real_tables()
    engine, program = whole_engine({rule.id: rule.ours for rule in five_hundred(options.seed)}, tables)
    print(f"rules      {len(program.rules)}; tables: {described(tables)}")

    mixed = office_claims(options.claims, options.seed)
    texts = [to_json(claim) for claim in mixed]
    lines = sum(len(claim.lines) for claim in mixed)
    print(f"claims     {len(mixed)} of 1 to 12 lines, mean {lines / len(mixed):.2f}, "
          f"{sum(map(len, texts)) // len(texts)} bytes each, seed {options.seed}")  # fmt: skip
    gc.collect()
    gc.freeze()

    found = latency(engine, 1000, options.seed + 1, options.repeats)
    print(
        f"findings   {found.findings} on {found.with_findings} of 1000 claims of 5 lines, seeds from {options.seed + 1}"
    )
    print(f"one claim of 5 lines, in process        p50 {found.median:7.1f} µs   p99 {found.slow:7.1f} µs", flush=True)

    decoder = msgspec.json.Decoder(Claim)
    through(engine, texts)
    alone = least(lambda: [decoder.decode(text) for text in texts], options.repeats)
    whole = least(lambda: through(engine, texts), options.repeats)
    print(f"msgspec decoding alone, one core        {len(texts) / alone:10,.0f} claims/s")
    print(f"JSON bytes to result bytes, one core    {len(texts) / whole:10,.0f} claims/s   "
          f"1/{whole / alone:.1f} of msgspec decoding alone", flush=True)  # fmt: skip
    more = texts * 4
    one, two = least(lambda: through(engine, more), 2), least(lambda: in_two(engine, more), 2)
    print(f"two processes against one               {one / two:10.2f} times")


if __name__ == "__main__":
    main()
