"""Outcomes in words: findings with evidence, places and fixes, bypasses and gaps."""
