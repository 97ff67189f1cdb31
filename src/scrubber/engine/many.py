"""Many claims over several processes, in order and in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from itertools import islice
from multiprocessing import get_context

from scrubber.claims.inputs import InputClaim
from scrubber.engine.scrub import Engine
from scrubber.findings.model import ScrubResult

CHUNK = 256
AHEAD = 3
"""Chunks in the hands of each process: enough that none waits, few enough that memory stays small."""

_engine: Engine | None = None  # of a worker process: made once by its initialiser, then only read


def _start(make: Callable[[], Engine]) -> None:
    global _engine
    _engine = make()


def _work(claims: list[InputClaim], as_of: date) -> list[ScrubResult]:
    assert _engine is not None
    return [_engine.scrub(claim, as_of) for claim in claims]


def scrub_apart(
    claims: Iterable[InputClaim], as_of: date, jobs: int, make: Callable[[], Engine]
) -> Iterator[ScrubResult]:
    """Each claim's result, in the order of the claims. ``make`` builds the engine in each process.

    Processes are started afresh, so that threads and open files of the caller do not matter.
    """
    waiting: deque[Future[list[ScrubResult]]] = deque()
    source = iter(claims)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (make,)) as pool:
        while True:
            while len(waiting) < jobs * AHEAD and (chunk := list(islice(source, CHUNK))):
                waiting.append(pool.submit(_work, chunk, as_of))
            if not waiting:
                return
            yield from waiting.popleft().result()
