"""Runs as one page for the eyes: conversations, what was decided, what changed, what failed."""
