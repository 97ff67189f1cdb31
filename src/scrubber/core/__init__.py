"""Layer 1: what every other layer speaks in. Imports nothing of ours."""
