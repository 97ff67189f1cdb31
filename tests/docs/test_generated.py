"""The generated pages and the registries they are made of."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from scrubber.core.catalogue import RECORDS
from scrubber.docgen.diagnostics import GROUPS, registered
from scrubber.docgen.pages import PAGES
from scrubber.docgen.site import on_page_markdown, prepared

from .pages import DOCS, ROOT


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_the_generated_one(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run: python -m scrubber.docgen"


def test_every_field_of_the_catalogue_is_on_the_page() -> None:
    text = PAGES["fields.md"]()
    missing = [f.path for fields in RECORDS.values() for f in fields.values() if f"| `{f.name}` |" not in text]
    assert missing == []


def test_every_code_that_the_program_can_say_is_registered_and_every_registered_one_is_said() -> None:
    said: set[str] = set()
    registries = {"problems.py", "diagnostic_codes.py"}
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name in registries or "docgen" in path.parts:
            continue
        # A registry inside a module maps a code to its title; what is left are uses.
        said.update(re.findall(r'["`](SCR\d{3})["`](?!: ")', text))
    assert said - registered().keys() == set()
    # The linter (SCR9…) names the codes of its checks itself.
    unsaid = {code for code in registered().keys() - said if not code.startswith("SCR9")}
    assert unsaid == set()


def test_every_code_has_a_heading_on_the_page() -> None:
    assert {code[:4] for code in registered()} == {start for start, _ in GROUPS}


def test_the_specification_of_the_site_is_the_one_text() -> None:
    spec = (ROOT / "grammar" / "SPEC.md").read_text(encoding="utf-8")
    page = SimpleNamespace(file=SimpleNamespace(src_uri="specification.md"))
    shown = on_page_markdown("", page, {"config_file_path": str(ROOT / "mkdocs.yml")}, None)
    assert shown == prepared(spec)
    assert "condition-error" not in shown
    assert [line for line in shown.splitlines() if not line.startswith("```")] == [
        line for line in spec.splitlines() if not line.startswith("```")
    ]


@pytest.mark.parametrize(("uri", "link"), [("codes/SCR203.md", "All messages"), ("lints/SCR911.md", "All lints")])
def test_a_page_that_no_menu_names_has_the_way_back_below_its_title(uri: str, link: str) -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri=uri))
    text = (DOCS / uri).read_text(encoding="utf-8")
    shown = on_page_markdown(text, page, {"config_file_path": str(ROOT / "mkdocs.yml")}, None)
    title, _, rest = text.partition("\n")
    assert shown.startswith(f"{title}\n\n[{link}")
    assert shown.endswith(rest)
    assert "(index.md)" in shown


def test_other_pages_of_the_site_are_left_as_they_are() -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    assert on_page_markdown("text", page, {"config_file_path": str(ROOT / "mkdocs.yml")}, None) == "text"
