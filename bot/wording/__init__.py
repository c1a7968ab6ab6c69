"""Putting the director's moves into words."""
