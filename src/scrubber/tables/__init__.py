"""Reference tables: the publishers' files in, one packed and checksummed file an edition, look-ups by date out."""
