"""The models one can choose by name."""

from pydantic_ai.models import Model, infer_model

OFFLINE = "offline"
NAMES = f"Use {OFFLINE}, or provider:model such as openai:gpt-5.2 or anthropic:claude-sonnet-4-5."


class UnknownModel(Exception):
    """No such model can be had here; the message is one line: what is wrong, what names work."""


def model_named(name: str) -> Model | None:
    """Return a pydantic-ai model, or None for the offline model, which every guest has.

    Raises:
        UnknownModel: an unknown name, or the provider's package or key is missing.
    """
    if name == OFFLINE:
        return None
    try:
        return infer_model(name)
    except Exception as error:  # each provider's package says in its own way what it lacks
        said = " ".join(str(error).split()).rstrip(".")
        raise UnknownModel(f"The model {name!r} cannot be used: {said}. {NAMES}") from error
