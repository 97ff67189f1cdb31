"""What parts of a pack are called in messages, what their values look like, and examples to copy."""

from __future__ import annotations

from pydantic import BaseModel

from scrubber.packs import schema_pack, schema_parts, schema_rule

NOUNS: dict[type[BaseModel], str] = {
    schema_rule.RuleFile: "a rule file",
    schema_rule.Rule: "a rule",
    schema_rule.Revision: "a revision",
    schema_rule.Unless: "an exception",
    schema_rule.Fix: "a fix",
    schema_rule.Pair: "`pair`",
    schema_rule.Denial: "`denial`",
    schema_rule.Tree: "a tree of conditions",
    schema_parts.Authority: "an authority",
    schema_parts.Effective: "`effective`",
    schema_parts.Applies: "`applies`",
    schema_parts.NameChoice: "a choice",
    schema_parts.PayerClassChoice: "a choice",
    schema_parts.ClaimTypeChoice: "a choice",
    schema_parts.StateChoice: "a choice",
    schema_pack.PackFile: "pack.yaml",
    schema_pack.ValueSet: "a value set",
    schema_pack.SetVersion: "a version of a value set",
    schema_pack.Parameter: "a parameter",
    schema_pack.Table: "a table",
    schema_pack.TableSetting: "a setting of a table",
    schema_pack.Override: "an override",
}

FORMS: dict[str, tuple[str, str]] = {
    "rule_id": ("is not a rule id", "write upper-case words and digits joined by dashes, for example NCCI-PTP-01"),
    "id": ("is not a pack id", "write lower-case words joined by dashes, for example medicare-part-b"),
    "version": ("is not a version", "write three numbers, for example 1.0.0"),
    "requires": ("is not a range of versions", "write for example `>=0.1,<2`"),
    "for_each_row": ("is not a CSV file of this pack", "write its name relative to this file, for example limits.csv"),
    "file": ("is not a CSV file of this pack", "write its name relative to this file, for example codes.csv"),
    "source": ("is not a CSV file of this pack", "write its name relative to this file, for example limits.csv"),
    "url": ("is not a web address", "write it whole, starting with https://"),
    "payer": ("is not the name of a payer", "write upper-case letters, digits and _, as the payer map does"),
    "product": ("is not the name of a product", "write upper-case letters, digits and _, as the payer map does"),
    "state": ("is not a state", "write two upper-case letters, for example TX"),
    "carc": ("is not a claim adjustment reason code",
             "write the code alone, without its group: 97, not CO-97; or B7"),
    "rarc": ("is not a remittance advice remark code", "write the code as published, for example N390"),
    "claim_status": ("is not a claim status",
                     "write category and status of the 277CA with a colon between them, in quotes: \"A7:21\""),
    "same": ("is not a key", "write a field such as date or rendering_npi, or policy.name"),
    "group_by": ("is not a key", "write a field such as day or procedure, or policy.name"),
    "valuesets": ("is not a name for a value set", "write lower-case words joined by dashes, without @"),
}  # fmt: skip

EXAMPLES = {
    "id": "id: NCCI-PTP-01", "title": "title: what it says in one line", "category": "category: modifier",
    "version": "version: 1.0.0", "reason": "reason: why", "if": "if: a condition",
    "effective": "effective: {from: 2025-01-01}",
    "rules": "rules:", "same": "same: [date, policy.same_provider]", "kind": "kind: add_modifier",
    "type": "type: procedure", "keys": "keys: {procedure: procedure}", "absent": "absent: none",
    "authority": "authority: {title: the publication}", "setting": "setting: its name", "rule": "rule: its id",
    "action": "action: disable",
}  # fmt: skip

KINDS = {"<text>": "text", "<list>": "a list", "<mapping>": "keys and values"}


def noun_of(model: type[BaseModel] | None) -> str:
    """What a part of a pack is called."""
    return NOUNS.get(model, "this") if model is not None else "this"
