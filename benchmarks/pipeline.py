"""A whole check: 500 rules and the NCCI pack with all its tables, from a claim in to findings out.

(a) one 5-line claim in process: view, candidates, evaluation, findings with evidence, result. Each claim's time is the
least of several passes, because another program on the machine only adds to it; p50 and p99 are over the claims.
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


def each_claim(engine: Engine, claims: Sequence[Claim], passes: int) -> tuple[list[float], int, int]:
    """Seconds of each claim (the least of several passes), and how many findings on how many claims."""
    sources = [InputClaim(claim, "", index) for index, claim in enumerate(claims)]
    best = [float("inf")] * len(sources)
    scrub, clock = engine.scrub, time.perf_counter
    findings = with_findings = 0
    for turn in range(passes + 1):  # the first pass compiles the rules and fills the plan's memos
        for at, source in enumerate(sources):
            start = clock()
            result = scrub(source, AS_OF)
            seconds = clock() - start
            if turn:
                best[at] = min(best[at], seconds)
            else:
                findings += len(result.findings)
                with_findings += bool(result.findings)
    return best, findings, with_findings


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

    five = office_claims(min(options.claims, 1000), options.seed, lines=5)
    mixed = office_claims(options.claims, options.seed + 1)
    texts = [to_json(claim) for claim in mixed]
    lines = sum(len(claim.lines) for claim in mixed)
    print(f"claims     {len(five)} of 5 lines (seed {options.seed}); {len(mixed)} of 1 to 12 lines, mean "
          f"{lines / len(mixed):.2f}, {sum(map(len, texts)) // len(texts)} bytes each (seed {options.seed + 1})")  # fmt: skip
    gc.collect()
    gc.freeze()

    best, findings, with_findings = each_claim(engine, five, options.repeats)
    best.sort()
    print(f"findings   {findings} on {with_findings} of the {len(five)} claims of 5 lines")
    print(f"one claim of 5 lines, in process        p50 {best[len(best) // 2] * 1e6:7.1f} µs   "
          f"p99 {best[len(best) * 99 // 100] * 1e6:7.1f} µs", flush=True)  # fmt: skip

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
