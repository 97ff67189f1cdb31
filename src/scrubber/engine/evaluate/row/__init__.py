"""The row evaluator: each rule becomes one Python function, built as syntax-tree nodes from typed IR, never from text.

A compiled condition gives True, False, or None for unknown; the reasons of an unknown are gathered afterwards by the
reference evaluator, on the few subjects that need them. The evidence of a finding is read by functions of its own.
"""
