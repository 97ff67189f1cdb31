"""Layer 5: what is made of results: text, tables and files for people and machines."""
