"""Reading and viewing a claim must not pay for what it does not use (performance.md: a cold check of one claim)."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from datetime import date
from scrubber.claims.read import read_claims
from scrubber.claims.view import view
(found,) = read_claims(sys.stdin.buffer.read())
view(found.claim, sent_on=date(2024, 8, 1), payer=None)
print(sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_reading_imports_nothing_heavy() -> None:
    from .sample_837 import PROFESSIONAL, interchange

    heavy = {"yaml", "lark", "pydantic", "rich", "jsonschema", "click", "difflib", "numpy"}
    for data in (interchange(PROFESSIONAL), b'{"lines": [{"procedure": "99213"}]}'):
        done = subprocess.run([sys.executable, "-c", PROGRAM], input=data, capture_output=True, check=True)
        loaded = {name.strip(" '[]\n") for name in done.stdout.decode().split(",")}
        assert "msgspec" in loaded
        assert loaded & heavy == set()
