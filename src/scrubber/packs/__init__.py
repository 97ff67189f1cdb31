"""Layer 2: packs. YAML files to rules as written, every text with its place."""
