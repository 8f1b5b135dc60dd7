"""Models that speak Anthropic's Messages."""

from anthropic import AsyncAnthropic
from pydantic import SecretStr
from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
from pydantic_ai.providers.anthropic import AnthropicProvider

from agent.models.access import Access
from agent.models.hosted import LONGEST, Hosted

ADDRESS = "https://api.anthropic.com"


def anthropic_model(name: str, key: SecretStr, access: Access) -> Hosted:
    """Return a model of Anthropic, or of the server at `access.base_url`."""
    client = AsyncAnthropic(
        api_key=key.get_secret_value(),
        base_url=access.base_url or ADDRESS,  # given, so that no variable of the SDK's own decides
        max_retries=0,
    )
    model = AnthropicModel(
        name,
        provider=AnthropicProvider(anthropic_client=client),
        settings=AnthropicModelSettings(max_tokens=LONGEST),
    )
    return Hosted(model, silence=access.silence if access.stream else None, close=client.close)
