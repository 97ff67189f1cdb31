"""SCR921: a rule whose source nobody could find again."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic
from scrubber.lint.context import Context
from scrubber.lint.model import Note, found

CODE = "SCR921"


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Rules without an authority (drafts: of others SCR622 says so), and authorities that name no passage."""
    for revision in context.revisions():
        rule = revision.rule.source
        if not revision.source.authority:
            yield found(CODE, rule.id, f"{rule.id} cites no authority.", rule.place, "no `authority:`",
                        "Add `authority: {title: …, section: …, url: …, evidence: primary}`.")  # fmt: skip
        elif (
            rule.status != "draft"
            and revision.source.number == 1
            and not any(item.section or item.url or item.edition for item in revision.source.authority)
        ):
            titles = ", ".join(item.title for item in revision.source.authority)
            yield found(CODE, rule.id, f'{rule.id} cites "{titles}" without a section, an edition or an address.',
                        rule.place, "no way to find the passage", "Add `section:`, `edition:` or `url:`.")  # fmt: skip
