"""Packs to a program: names resolved, conditions typed, all as plain data that a cache keeps."""
