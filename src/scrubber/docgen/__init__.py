"""Layer 5: documentation pages made of the code and of the bundled packs, and the specification in the built site."""
