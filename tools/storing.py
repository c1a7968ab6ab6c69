"""What the training scripts do with what they made: write it, or say whether the stored one is the same."""

import sys
from pathlib import Path


def store(target: Path, made: bytes) -> int:
    """Write `made`; with `--check` compare only. The exit status: 1 when what is stored is another."""
    if "--check" in sys.argv:
        same = target.is_file() and target.read_bytes() == made
        print("current" if same else f"out of date: run {sys.argv[0]}")
        return 0 if same else 1
    target.write_bytes(made)
    return 0
