"""One engine asked of many claims says of each what an engine says that was asked of nothing before."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from tests.engine.generated_packs import Maker
from tests.engine.warm import fresh, said, warms_after
from tests.engine.wide_packs import WideMaker


@pytest.mark.parametrize(("make", "seed"), [(Maker, 1), (Maker, 2), (WideMaker, 1)])
def test_a_warm_engine_says_what_a_fresh_one_says(
    make: type[Maker], seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design section 9: deterministic, no state between claims. Rules and claims turn on the same days, with history
    and without; the engine works out its epochs after twenty lines, and is asked by eight threads at last."""
    warms_after(monkeypatch, lines=20, look_ups=5)
    maker = make(seed)
    engine = maker.pack(tmp_path / "p", 50).engine
    claims = [(maker.claim(), maker.history()) for _ in range(100)]
    expected = [said(fresh(engine), asked) for asked in claims]
    assert sum(b'"rule":"GEN-' in text for text in expected) > 90
    assert [said(engine, asked) for asked in claims] == expected

    shared, found = fresh(engine), dict[int, list[bytes]]()
    threads = [
        Thread(target=lambda at=at: found.update({at: [said(shared, asked) for asked in claims[at::8]]}))  # type: ignore[misc]
        for at in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[at] for at in range(8)] == [expected[at::8] for at in range(8)]
