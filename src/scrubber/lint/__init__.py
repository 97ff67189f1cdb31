"""Looks over packs that compile for what their authors hardly meant; and lays rule files out in one way."""
