"""Reads and writes, one file per subject; facts in, facts out."""
