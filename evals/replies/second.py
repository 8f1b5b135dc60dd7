"""A configured model behind the reader: it is asked only about what the reader left unclear."""

import asyncio

from agent.models import UnknownModel
from agent.reader.doubt import Doubt
from agent.reader.second import second_reading as read_again
from app.settings import Settings
from app.speaking import model_of
from evals.replies.predicting import Second
from evals.replies.rows import Row
from jirani.rules.reading import Reading

__all__ = ["NoModel", "Second", "second_reading"]


class NoModel(Exception):
    """The model asked for cannot be had; says why."""


def second_reading(name: str) -> Second:
    """Return the second reading by a model.

    Raises:
        NoModel: there is no model of this name, or none that could read.
    """
    try:
        model = model_of(Settings(), name)
    except UnknownModel as error:
        raise NoModel(str(error)) from error
    if model is None:
        raise NoModel(f"{name} reads no reply a second time: leave out --model, or name a model.")

    def second(row: Row, first: Reading) -> Reading:
        doubt = Doubt(row.user, first, last_said=row.system)
        return asyncio.run(read_again(model, doubt))

    return second
