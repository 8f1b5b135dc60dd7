"""Reads what a guest's reply means: by phrases and a few rules, and by a small trained model."""

from agent.reader.read import PhraseReader
from agent.reader.trained import TrainedReader

__all__ = ["PhraseReader", "TrainedReader"]
