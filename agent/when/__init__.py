"""Turns a guest's words into dates and times, without a model."""

from agent.when.instants import to_instant
from agent.when.model import Problem, When
from agent.when.read import read_when

__all__ = ["Problem", "When", "read_when", "to_instant"]
