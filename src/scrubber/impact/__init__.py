"""Layer 5: what a change of packs means, and what it does to claims."""
