"""The models one can choose by name."""

from pydantic import SecretStr
from pydantic_ai.models import Model as Model  # the door names it and may not import it

from agent.models.access import Access

OFFLINE = "offline"
NAMES = (
    f"Use {OFFLINE}, or provider:model such as openai:gpt-5.2 or anthropic:claude-sonnet-4-5; "
    "openai:NAME with JIRANI_MODEL_BASE_URL reaches whatever speaks OpenAI's language there."
)
SETTING = {"openai": "JIRANI_OPENAI_API_KEY", "anthropic": "JIRANI_ANTHROPIC_API_KEY"}
SHOP = {
    "openai": "https://platform.openai.com/api-keys",
    "anthropic": "https://console.anthropic.com/settings/keys",
}
NO_KEY = SecretStr("none")  # a server of one's own often wants none, the SDKs want something


class UnknownModel(Exception):
    """No such model can be had here; the message is one line: what is wrong, what to do."""


def model_named(name: str, access: Access | None = None) -> Model | None:
    """Return a pydantic-ai model, or None for the offline model, which every guest has.

    Opened with `async with`, it closes its connections at the end. Nothing is sent yet: whether a
    key is right and whether a provider has such a model, only a request can tell.

    Raises:
        UnknownModel: an unknown name, a missing key, or the provider's package is missing.
    """
    if name == OFFLINE:
        return None
    access = access or Access()
    provider, _, model = name.partition(":")
    if provider not in SETTING or not model.strip():
        raise UnknownModel(f"There is no model {name!r}. {NAMES}")
    key = access.keys.get(provider) or (NO_KEY if access.base_url else None)
    if key is None:
        raise UnknownModel(
            f"The model {name!r} needs a key: set {SETTING[provider]}, made at {SHOP[provider]}."
        )
    try:
        return _made(provider, model, key, access)
    except ImportError as error:
        raise UnknownModel(
            f"The model {name!r} needs the package {provider!r}, which is not installed."
        ) from error


def _made(provider: str, model: str, key: SecretStr, access: Access) -> Model:
    # Imported by those who choose it: a provider's package takes a second and more.
    if provider == "openai":
        from agent.models.openai import openai_model as made
    else:
        from agent.models.anthropic import anthropic_model as made
    return made(model, key, access)
