"""The command line as tests call it: bundled packs and tables only, one cache for the session."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

ROOT = Path(__file__).resolve().parents[2]
DEMO = str(ROOT / "examples" / "demo.837")
AS_OF = ["--as-of", "2024-08-15"]

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("home")
    return {"SCRUBBER_CACHE": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data"), "COLUMNS": "80"}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run the command line in this process; the result has exit_code, stdout and stderr."""
    from scrubber.cli.program import cli

    def call(*args: str, **more: Any) -> Result:
        return CliRunner(env=environment).invoke(cli, list(args), **more)

    return call


def claim(number: str, *codes: str, **fields: Any) -> dict[str, Any]:
    """An invented Medicare claim of one dollar a line, each line of 2024-08-01 unless said otherwise."""
    day = fields.pop("date", "2024-08-01")
    lines = []
    for at, code in enumerate(codes, 1):
        procedure, *modifiers = code.split("-")
        lines.append({"number": at, "procedure": procedure, "modifiers": modifiers, "date": day, "units": 1,
                      "charge": "1.00", "diagnosis_pointers": [1], "place_of_service": "11"})  # fmt: skip
    return {
        "type": "PROFESSIONAL", "patient_control_number": number, "payer_name": "MEDICARE", "filing_indicator": "MB",
        "billing_npi": "1234567893", "total_charge": f"{len(codes)}.00", "diagnoses": [{"code": "Z0000"}],
        "lines": lines, **fields,
    }  # fmt: skip


def write(path: Path, *claims: dict[str, Any]) -> str:
    """The claims as a JSON file."""
    path.write_text(json.dumps(list(claims)), encoding="utf-8")
    return str(path)
