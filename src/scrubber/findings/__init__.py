"""Layer 3: what is said of a claim."""
