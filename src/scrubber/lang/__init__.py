"""Layer 2: the condition language. Text to syntax tree to names and types to typed IR."""
