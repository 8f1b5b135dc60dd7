"""Reads what a guest's reply means, by phrases and a few rules."""

from agent.reader.read import PhraseReader

__all__ = ["PhraseReader"]
