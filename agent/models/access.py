"""How the providers of models are reached."""

from dataclasses import dataclass, field

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Access:
    """Keys by provider's name, where to, and how an answer is listened to.

    `base_url` is another address that speaks the chosen provider's language. With `stream`, answers
    are read as they are made, and `silence` is how many seconds nothing may come; without, a model
    is given all of its time.
    """

    keys: dict[str, SecretStr] = field(default_factory=dict)
    base_url: str | None = None
    stream: bool = True
    silence: float = 8.0
