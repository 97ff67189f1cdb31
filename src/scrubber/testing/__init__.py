"""Layer 5: tests of packs. Golden files say of example claims what a rule has to do with them."""
