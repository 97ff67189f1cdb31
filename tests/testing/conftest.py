"""The command line as the tests here call it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``scrubber`` in this process, outside CI unless a test sets it; the result has exit_code and stdout."""
    from scrubber.cli.program import cli

    monkeypatch.delenv("CI", raising=False)

    def call(*args: str, **environment: str) -> Result:
        return CliRunner(env={"COLUMNS": "80", **environment}).invoke(cli, list(args))

    return call
