"""One file a format: bytes in, blocks out. Each vendor's library is imported in one of them, when used."""
