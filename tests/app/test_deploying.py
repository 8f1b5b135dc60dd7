"""Dockerfile and compose.yaml hold to what the product is; no engine is needed to say so."""

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from typing import Any

import click
import pytest
import yaml

from app.settings import Settings
from tests.support.tree import PACKAGES, PROJECT, ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
COMMANDS = PROJECT["project"]["entry-points"]["jirani.commands"]
SETTINGS = {f"JIRANI_{name.upper()}" for name in Settings.model_fields}
KEYS = {  # of a service, in the Compose specification: a misspelt one would be ignored or refused
    *("build", "cap_drop", "command", "configs", "depends_on", "deploy", "env_file"),
    *("environment", "healthcheck", "image", "init", "logging", "networks", "ports"),
    *("read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "stop_signal"),
    *("tmpfs", "user", "volumes"),
}


def steps() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with their arguments."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", DOCKERFILE))
    return [(word, rest.strip()) for word, _, rest in (x.partition(" ") for x in lines(joined))]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def last(word: str) -> str:
    return [rest for name, rest in steps() if name == word][-1]


def variables() -> dict[str, str]:
    return dict(
        pair.split("=", 1) for word, rest in steps() if word == "ENV" for pair in rest.split()
    )


def probe() -> str:
    """Return the health check's program."""
    command: list[str] = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    assert command[:2] == ["python", "-c"]
    return command[2]


def test_the_image_is_built_in_stages_from_one_supported_python() -> None:
    stages = [rest for word, rest in steps() if word == "FROM"]
    assert stages == ["python:${PYTHON}-slim AS build", "python:${PYTHON}-slim"]
    version = re.search(r"^ARG PYTHON=(\d\.\d+)$", DOCKERFILE, re.MULTILINE)
    assert version
    assert version[1] in ("3.11", "3.12", "3.13")


def test_the_image_installs_only_what_the_lock_has_by_hash_and_names_no_host() -> None:
    installs = [rest for word, rest in steps() if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "-r requirements.lock" in installs[0]
    assert "--no-deps" in installs[1]
    assert not re.search(r"://|index-url|trusted-host", DOCKERFILE.replace("'http://", ""))


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    copied = [rest.split() for word, rest in steps() if word == "COPY"]
    sources = {each for rest in copied if not rest[0].startswith("--") for each in rest[:-1]}
    assert sources >= {*PACKAGES, "pyproject.toml", "requirements.lock", "README.md", "LICENSE"}
    assert all((ROOT / each).exists() for each in sources)
    ignore = lines((ROOT / ".dockerignore").read_text("utf-8"))
    assert "*" in ignore
    assert {line.removeprefix("!") for line in ignore if line.startswith("!")} == sources


def test_the_image_runs_as_nobody_special_and_ends_on_sigterm() -> None:
    assert last("USER") == "10001:10001"
    assert any("--uid 10001" in rest for word, rest in steps() if word == "RUN")
    assert last("STOPSIGNAL") == "SIGTERM"
    assert variables()["JIRANI_DATA_DIR"] == last("VOLUME") == last("WORKDIR")


def test_the_image_s_command_settings_and_port_are_the_product_s() -> None:
    assert json.loads(last("ENTRYPOINT")) == ["jirani"]
    name, *options = json.loads(last("CMD"))
    assert name in COMMANDS
    module, _, attribute = COMMANDS[name].partition(":")
    command: click.Command = getattr(import_module(module), attribute)
    known = {each for one in command.params for each in (*one.opts, *one.secondary_opts)}
    assert set(options) <= known
    assert {each for each in variables() if each.startswith("JIRANI_")} <= SETTINGS
    assert int(last("EXPOSE")) == Settings.model_fields["port"].default


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_s_program_tells_health(status: int, code: int) -> None:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.handle_request).start()
        program = probe().replace("8000", str(server.server_port))
        assert subprocess.run([sys.executable, "-c", program]).returncode == code


def test_every_container_is_confined() -> None:
    for name, service in SERVICES.items():
        assert service.keys() <= KEYS, name
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert {"cpus", "memory"} <= service["deploy"]["resources"]["limits"].keys()
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
        assert "healthcheck" in service or name == "web"  # the web has the image's
        assert ("user" in service) == (name not in OURS)  # ours has its own


def test_nothing_is_published_but_the_web_to_this_machine() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    (port,) = SERVICES["web"]["ports"]
    host, published, inside = port.split(":")
    assert host == "127.0.0.1"
    assert int(inside) == int(last("EXPOSE"))
    first, final = map(int, published.split("-"))
    assert final - first >= 1  # room for a second web process
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(
        SERVICES[name]["networks"] == ["inside"] for name in ("database", "redis", "migrate")
    )


def test_containers_run_commands_there_are_with_settings_there_are() -> None:
    for service in OURS.values():
        assert service.get("command", json.loads(last("CMD")))[0] in COMMANDS
        assert service["environment"].keys() <= SETTINGS
    for name in ("web", "scheduler"):
        assert OURS[name]["environment"]["JIRANI_MIGRATE_ON_START"] == "false"
        assert OURS[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
        patience = Settings.model_fields["shutdown_patience"].default
        assert int(OURS[name]["stop_grace_period"].removesuffix("s")) > patience


def test_every_container_is_given_its_own_passwords_only() -> None:
    asked = {name: set(re.findall(r"\$\{(\w+):\?", yaml.dump(x))) for name, x in SERVICES.items()}
    ours = {"DATABASE_PASSWORD", "JIRANI_CALLBACK_SECRET", "JIRANI_SEALING_KEY"}
    assert asked["web"] == asked["scheduler"] == ours
    assert asked["migrate"] == {"DATABASE_OWNER_PASSWORD"}
    assert asked["redis"] == set()
    guide = (ROOT / "docs" / "operating.md").read_text("utf-8")
    made = re.search(r"for name in (.*); do", guide)
    assert made
    assert set(made[1].split()) == set.union(*asked.values())
    users = COMPOSE["configs"]["database_users"]["content"]
    known = set(re.findall(r"\\getenv \w+ (\w+)", users))
    assert known <= SERVICES["database"]["environment"].keys()


def test_the_addresses_meet_and_every_volume_is_used() -> None:
    for service in OURS.values():
        for name in ("JIRANI_DATABASE_URL", "JIRANI_REDIS_URL"):
            if address := service["environment"].get(name):
                host = re.search(r"(?:@|//)(\w+)[:/][^@]*$", address)
                assert host
                assert host[1] in SERVICES
                assert "inside" in SERVICES[host[1]]["networks"]
    used = {each.split(":")[0] for x in SERVICES.values() for each in x.get("volumes", ())}
    assert used == COMPOSE["volumes"].keys()


def test_every_command_the_guide_names_is_one() -> None:
    for page in (ROOT / "docs" / "operating.md", ROOT / "compose.yaml", ROOT / "Dockerfile"):
        named = set(re.findall(r"(?m)(?:^|`)jirani ([a-z]+)", page.read_text("utf-8")))
        assert named <= COMMANDS.keys(), page
    settings = set(re.findall(r"JIRANI_[A-Z_]+", (ROOT / "docs" / "operating.md").read_text()))
    assert settings - {"JIRANI_WEB_REPLICAS"} <= SETTINGS
