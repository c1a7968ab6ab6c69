"""问导师: ask, read the answer with its sources, ask on."""
