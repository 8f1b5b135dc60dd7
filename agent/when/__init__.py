"""Turns a guest's words into dates and times, without a model."""

from agent.when.every import Named, read_every
from agent.when.instants import to_instant
from agent.when.manner import BOOKING, Manner, manner_of
from agent.when.model import Problem, When
from agent.when.read import read_when

__all__ = [
    "BOOKING",
    "Manner",
    "Named",
    "Problem",
    "When",
    "manner_of",
    "read_every",
    "read_when",
    "to_instant",
]
