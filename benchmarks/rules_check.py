"""`scrubber rules check` on 1,000 rules of three clauses: cold, and warm on the same files.

    python benchmarks/rules_check.py [RULES]

Each figure is the wall time of a whole process, the best of five. Cold: nothing is kept from an earlier check. Warm:
the pack has not changed since it was checked. The target is 4 s cold and 0.5 s warm.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import describe

PACK = """\
id: bench
version: 1.0.0
title: Rules for a benchmark
valuesets:
  visits: {type: procedure, members: [99202-99215]}
"""
RULE = """\
  - id: BENCH-{number:05d}
    title: Rule {number}
    category: procedure
    severity: review
    when:
      - line.procedure in {{{code}, {other}}}
      - line.modifiers has none of {{25, 59}}
      - any other line with same (date) where (it.procedure in @visits and it.units > {units})
    message: "{{line.procedure}} stands beside a visit on {{line.date}}."
    authority: {{title: Benchmark, section: "{number}", evidence: primary}}
"""
PER_FILE = 100
TIMES = 5


def write_pack(folder: Path, rules: int) -> None:
    """A pack of that many rules, a hundred a file."""
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    for first in range(0, rules, PER_FILE):
        made = [
            RULE.format(number=number, code=10000 + number, other=f"G{number:04d}", units=number % 7)
            for number in range(first, min(first + PER_FILE, rules))
        ]
        (folder / f"rules_{first:05d}.yaml").write_text("rules:\n" + "\n".join(made), encoding="utf-8")


def seconds(folder: Path, cache: Path, *options: str) -> float:
    """Wall time of one check."""
    run = "from scrubber.cli.main import main; main()"
    command = [sys.executable, "-c", run, "rules", "check", str(folder), *options]
    start = time.perf_counter()
    done = subprocess.run(command, env={**os.environ, "SCRUBBER_CACHE": str(cache)}, capture_output=True, check=False)
    took = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stdout.decode() + done.stderr.decode())
    return took


def main() -> None:
    """Print the machine and both figures."""
    rules = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    print(describe())
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "pack", Path(name) / "cache"
        folder.mkdir()
        write_pack(folder, rules)
        cold = min(seconds(folder, cache, "--no-cache") for _ in range(TIMES))
        seconds(folder, cache)
        warm = min(seconds(folder, cache) for _ in range(TIMES))
    print(f"rules      {rules:,}, three clauses each, {-(-rules // PER_FILE)} files")
    print(f"cold       {cold:.2f} s (target 4 s)")
    print(f"warm       {warm:.2f} s (target 0.5 s)")


if __name__ == "__main__":
    main()
