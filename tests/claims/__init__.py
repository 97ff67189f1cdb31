"""Tests of the claim model, its readers and writers."""
