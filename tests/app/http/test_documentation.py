"""The OpenAPI document is valid, and tells an integrator all there is to know."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis.core.result import Ok

from app.http.application import application
from app.http.door import Door
from tests.support.visiting import Site

pytestmark = pytest.mark.anyio
OF_ALL = {"422", "429", "503"}
PROBES = {"/healthz", "/readyz", "/metrics"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    door: Door = object.__new__(Door)  # nobody goes through it
    return application(door).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


async def test_it_is_served_and_schemathesis_understands_all_of_it(site: Site) -> None:
    async with site.client() as client:
        served = (await client.get(f"{site.url}/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(served)
    assert schema.specification.version.startswith("3.1")
    found = [each for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(found) == len(list(operations(served))) >= 27
    schema.validate()


def test_every_operation_has_a_name_of_its_own_a_place_and_a_description(
    document: dict[str, Any],
) -> None:
    names = []
    for path, _, operation in operations(document):
        assert operation["tags"], path
        assert operation["description"].endswith("."), path
        names.append(operation["operationId"])
    assert len(set(names)) == len(names)


def test_whatever_has_to_be_sent_has_an_example(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    for path, _, operation in operations(document):
        for parameter in operation.get("parameters", []):
            where, schema = (path, parameter["name"]), parameter["schema"]
            told = parameter.keys() | schema.keys()
            assert parameter.get("description"), where
            if parameter["required"]:
                assert told & {"example", "examples", "enum"}, where
        for content in operation.get("requestBody", {}).get("content", {}).values():
            shape = content["schema"]
            if "$ref" in shape:
                shape = shapes[shape["$ref"].rpartition("/")[2]]
                fields = shape["properties"]
                assert all({"examples", "$ref"} & each.keys() for each in fields.values()), path
            else:
                assert {"example", "examples"} & content.keys(), path


def test_every_operation_documents_its_problems(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        answers = operation["responses"]
        for status, answer in answers.items():
            kinds = set(answer.get("content", {}))
            if int(status) >= 400:
                assert kinds == {"application/problem+json"}, (path, status)
        if path in PROBES:
            continue
        assert answers.keys() >= OF_ALL, path
        if "security" in operation:
            assert answers.keys() >= {"401", "403", "404"}, path
        if "requestBody" in operation:
            assert "413" in answers, path


def test_whoever_needs_a_key_or_a_token_is_told_which(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert set(schemes) == {"ThreadToken", "ApiKey", "MetricsToken"}
    for name in (*schemes, *document["components"]["schemas"]):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
    for path, _, operation in operations(document):
        needed = {name for each in operation.get("security", []) for name in each}
        if "/threads/" in path:
            assert needed == {"ThreadToken"}
        elif path == "/metrics":
            assert needed == {"MetricsToken"}
        elif path.startswith("/v1/") and not path.endswith(("/threads", "/profile")):
            assert needed == {"ApiKey"}, path
        else:
            assert needed == set(), path


async def test_there_is_no_page_that_loads_scripts_from_elsewhere(site: Site) -> None:
    async with site.client() as client:
        for path in ("/docs", "/redoc"):
            answer: httpx.Response = await client.get(f"{site.url}{path}")
            assert "cdn" not in answer.text
