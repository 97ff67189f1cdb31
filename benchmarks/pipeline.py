"""A whole check: 500 rules and the NCCI pack with all its tables, from a claim in to findings out.

Claims are drawn at random, and of those drawn more than half have a finding. Both kinds are measured: claims as drawn,
and a mix in which a set share of claims has findings, as before submission most do not. The mix is made with an engine
of its own, so that nothing is known of its claims when they are timed.

(a) one 5-line claim in process: view, candidates, evaluation, findings with evidence, result.
(b) JSON bytes of a claim in, JSON bytes of its result out, one core, against msgspec decoding the same bytes in the
same run: into a list, as a program does that reads a file, and with each claim dropped at once. (c) the same work
shared by two processes against one.

(a) and (b) are processor time of one thread, so that what else the machine runs does not count; (c) is wall time.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import statistics
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
    """Microseconds of the median claim and of the slowest in a hundred, that of all rounds together too, of the median
    claim without findings and with some, and what was found."""

    median: float
    slow: float
    slow_of_all: float
    silent: float
    told: float
    findings: int
    with_findings: int


def mixed(judge: Engine, share: float | None, number: int, seed: int, lines: int | None = None) -> list[Claim]:
    """Made-up claims of which ``share`` have findings, as ``judge`` finds them, well shuffled; None: as drawn."""
    if share is None:
        return office_claims(number, seed, lines)
    random_ = random.Random(seed)
    kinds: dict[bool, list[Claim]] = {True: [], False: []}
    wanted = {True: round(number * share), False: number - round(number * share)}
    turn = 0
    while any(len(kinds[kind]) < wanted[kind] for kind in kinds):
        for claim in office_claims(number, seed + 7919 * turn, lines):
            kinds[bool(judge.scrub(InputClaim(claim, "", 0), AS_OF).findings)].append(claim)
        turn += 1
    chosen = [claim for kind in kinds for claim in kinds[kind][: wanted[kind]]]
    random_.shuffle(chosen)
    return chosen


def latency(engine: Engine, rounds: Sequence[Sequence[Claim]]) -> Latency:
    """The round with the least median, of several over fresh claims: none is scrubbed twice, so that what the engine
    remembers helps only where other claims have the same codes."""
    best: Latency | None = None
    everything: list[float] = []
    for claims in rounds:
        kinds: dict[bool, list[float]] = {True: [], False: []}
        findings = 0
        for index, claim in enumerate(claims):
            source = InputClaim(claim, "", index)
            start = time.thread_time()
            result = engine.scrub(source, AS_OF)
            kinds[bool(result.findings)].append((time.thread_time() - start) * 1e6)
            findings += len(result.findings)
        took = sorted([*kinds[True], *kinds[False]])
        everything += took
        silent, told = (statistics.median(kinds[kind]) if kinds[kind] else 0.0 for kind in (False, True))
        found = Latency(took[len(took) // 2], _slow(took), 0.0, silent, told, findings, len(kinds[True]))
        if best is None or found.median < best.median:
            best = found
    assert best is not None
    return best._replace(slow_of_all=_slow(sorted(everything)))


def _slow(took: Sequence[float]) -> float:
    """The slowest in a hundred, of sorted times."""
    return took[len(took) * 99 // 100]


def least(run: Callable[[], object], repeats: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """The least seconds of several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = clock()
        run()
        best = min(best, clock() - start)
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
    parser.add_argument("--with-findings", type=float, default=0.15, help="share of the mix that has findings")
    parser.add_argument("--slice", action="store_true", help="use the bundled tables even where the real ones are")
    options = parser.parse_args()
    print(machine.describe())
    tables = None if options.slice else real_tables()
    rules = {rule.id: rule.ours for rule in five_hundred(options.seed)}
    judge, program = whole_engine(rules, tables)
    print(f"rules      {len(program.rules)}; tables: {described(tables)}")
    mixes = {
        f"{share or 'as drawn'}": (
            mixed(judge, share, options.claims, options.seed),
            [mixed(judge, share, 1000, options.seed + 1 + turn, lines=5) for turn in range(10 + options.repeats)],
        )
        for share in (options.with_findings, None)
    }
    del judge
    for name, (claims, rounds) in mixes.items():
        engine, _ = whole_engine(rules, tables)
        measure(name, engine, claims, rounds, options.seed, options.repeats)


def measure(name: str, engine: Engine, claims: Sequence[Claim], rounds: Sequence[Sequence[Claim]], seed: int,
            repeats: int) -> None:  # fmt: skip
    """Time one mix of claims, and print what came out."""
    texts = [to_json(claim) for claim in claims]
    lines = sum(len(claim.lines) for claim in claims)
    print(f"\nclaims     with findings: {name}; {len(claims)} of 1 to 12 lines, mean {lines / len(claims):.2f}, "
          f"{sum(map(len, texts)) // len(texts)} bytes each, seed {seed}")  # fmt: skip
    gc.collect()
    gc.freeze()

    # The first round compiles what is asked often. By the tenth thousand few pairs of codes meet for the first time.
    print("claims of 5 lines, in process     p50      p99, of all rounds µs   silent, told p50 µs   findings")
    for first, last, of in ((0, 1, "the first 1,000"), (1, 10, "after 1,000"), (10, None, "after 10,000")):
        found = latency(engine, rounds[first:last])
        times = f"{found.median:8.1f} {found.slow:8.1f} {found.slow_of_all:8.1f} {found.silent:17.1f} {found.told:8.1f}"
        print(f"    {of:24s} {times}   {found.findings:4} on {found.with_findings} of {len(rounds[0]):,}", flush=True)

    decode = msgspec.json.Decoder(Claim).decode
    through(engine, texts)
    runs: dict[str, Callable[[], object]] = {
        "kept": lambda: [decode(text) for text in texts],
        "dropped": lambda: [None for text in texts if decode(text) is None],
        "whole": lambda: through(engine, texts),
    }
    # In turns, so that what else the machine does falls on all; medians, because a turn in which Python's garbage
    # collector happens not to run is no measure of the others.
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(2 * repeats + 1):
        for name, run in runs.items():
            took[name].append(least(run, 1, time.thread_time))
    kept, dropped, whole = (statistics.median(took[name]) for name in runs)
    print(f"msgspec decoding alone, all kept        {len(texts) / kept:10,.0f} claims/s")
    print(f"msgspec decoding alone, each dropped    {len(texts) / dropped:10,.0f} claims/s")
    print(f"JSON bytes to result bytes, one core    {len(texts) / whole:10,.0f} claims/s   "
          f"1/{whole / kept:.1f} and 1/{whole / dropped:.1f} of these", flush=True)  # fmt: skip
    more = texts * 4
    one, two = least(lambda: through(engine, more), 2), least(lambda: in_two(engine, more), 2)
    print(f"two processes against one               {one / two:10.2f} times", flush=True)


if __name__ == "__main__":
    main()
