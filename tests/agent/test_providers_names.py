"""Models by name: what can be had, what is missing, and what a choice costs at the start."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.models import UnknownModel, model_named
from agent.models.access import Access
from agent.models.failing import Failure, Kind
from agent.models.rest import AFTER, SECONDS, Rest
from app.settings import Settings
from app.speaking import budget_of, guest_of, model_of
from tests.support import openai_wire
from tests.support.providers import KEY, provider
from tests.support.talking import Talk

IMPORTS = "from agent.models import Access, model_named as m"
KEYS = {"openai": SecretStr(KEY), "anthropic": SecretStr(KEY)}


@pytest.mark.parametrize("name", ["openai:gpt-5.2", "anthropic:claude-sonnet-4-5"])
def test_a_name_and_a_key_make_a_model(name: str) -> None:
    model = model_named(name, Access(KEYS))
    assert model
    assert model.model_name == name.split(":")[1]
    assert KEY not in repr(Access(KEYS))


def test_the_offline_model_needs_nothing() -> None:
    assert model_named("offline") is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("openai:gpt-5.2", "set JIRANI_OPENAI_API_KEY, made at https://platform.openai.com"),
        ("anthropic:claude-sonnet-4-5", "set JIRANI_ANTHROPIC_API_KEY, made at https://console."),
        ("gpt-5.2", "Use offline, or provider:model such as openai:gpt-5.2"),
        ("google:gemini", "Use offline, or provider:model such as openai:gpt-5.2"),
        ("openai:", "There is no model 'openai:'."),
        ("", "There is no model ''."),
    ],
)
def test_what_cannot_be_had_says_in_one_line_what_to_do(name: str, says: str) -> None:
    with pytest.raises(UnknownModel) as told:
        model_named(name)
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_a_server_of_one_s_own_needs_no_key() -> None:
    model = model_named("openai:llama3.1", Access(base_url="http://localhost:11434/v1"))
    assert model
    assert model.base_url == "http://localhost:11434/v1/"


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("import app.commands.serve, app.commands.chat", set()),
        (
            "from agent.models import Access, model_named as m; m('openai:m', Access(base_url='http://h'))",
            {"openai"},
        ),
    ],
)
def test_a_provider_s_package_is_loaded_by_those_who_choose_it(code: str, loaded: set[str]) -> None:
    script = f"import sys; {code}; print(*{{'openai', 'anthropic'}} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) == loaded


def test_the_settings_name_model_key_and_budget(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # away from any .env
    monkeypatch.setenv("JIRANI_MODEL", "openai:gpt-5.2")
    monkeypatch.setenv("OPENAI_API_KEY", "usual")
    monkeypatch.setenv("JIRANI_MODEL_DAY_TOKENS", "77")
    monkeypatch.setenv("JIRANI_MODEL_TIMEOUT", "3")
    settings = Settings()
    assert settings.openai_api_key == SecretStr("usual")
    assert "usual" not in repr(settings)
    assert (budget_of(settings).day_tokens, budget_of(settings).request_seconds) == (77, 3.0)
    assert model_of(settings)
    assert model_of(settings, "offline") is None
    monkeypatch.setenv("JIRANI_OPENAI_API_KEY", "ours")
    assert Settings().openai_api_key == SecretStr("ours")


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://h/v1", "http://"])
def test_an_address_of_models_is_one_of_the_web(url: str) -> None:
    with pytest.raises(ValueError, match="write an address such as http://localhost:11434/v1"):
        Settings(model_base_url=url)


@pytest.mark.anyio
async def test_a_compatible_server_is_spoken_to_as_the_settings_say(talk: Talk) -> None:
    async with provider(openai_wire) as there:
        settings = Settings(
            model="openai:llama3.1", model_base_url=there.address + "/v1", model_stream=False
        )
        async with guest_of(talk.services, settings, model_of(settings)) as guest:
            received = await talk.hears("do you have parking?")
            turned = await guest.answer(talk.business_id, received)
    assert ("free parking" in turned.reply, turned.model) == (True, "llama3.1")
    # What only OpenAI knows is left out, and there is one leading system message.
    assert not {"store", "max_completion_tokens", "parallel_tool_calls"} & set(there.asked[0])
    roles = [message["role"] for message in there.asked[0]["messages"]]
    assert roles == ["system", "user"]


def test_a_rest_begins_after_failures_in_a_row_and_ends_by_itself() -> None:
    now = [1000.0]
    rest = Rest(lambda: now[0])
    down, silly = Failure(Kind.SERVER_ERROR), Failure(Kind.MALFORMED)
    for failure in (*[down] * (AFTER - 1), silly, *[down] * (AFTER - 1), None):
        rest.after(failure)
        assert not rest.resting
    for _ in range(AFTER):
        rest.after(down)
    assert rest.resting
    now[0] += SECONDS
    assert not rest.resting
    rest.after(down)
    assert rest.resting
    now[0] += SECONDS
    rest.after(None)
    rest.after(down)
    assert not rest.resting
