"""Turns a guest's words into dates and times, without a model.

`agent.when.every` lists every value of a text instead, for those who compare and do not book.
"""

from agent.when.instants import to_instant
from agent.when.manner import BOOKING, Manner, manner_of
from agent.when.model import Problem, When
from agent.when.read import read_when

__all__ = ["BOOKING", "Manner", "Problem", "When", "manner_of", "read_when", "to_instant"]
