import json
import re
from pathlib import Path

import pytest

from evals.ground import Ground
from evals.reading import read
from evals.runner import attempt
from evals.scenario import load
from evals.simulating.persona import load as load_persona
from tests.evals.conftest import Write

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "evals.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "evals" / "schema" / "scenario.json").read_text("utf-8"))
YAML = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
PERSONAS = [example for example in YAML if example.startswith("# a persona\n")]
EXAMPLES = [example for example in YAML if example not in PERSONAS]
WHOLE = [example for example in EXAMPLES if example.startswith("title:")]
REST = {
    "title": "title: An example\n",
    "covers": "covers: [§7]\n",
    "language": "language: en\n",
    "turns": "turns: [{guest: hello}]\n",
}


def words_of_the_schema() -> set[str]:
    """Every name one may write, and every word that may stand for something."""
    found: set[str] = set()

    def walk(part: object) -> None:
        if isinstance(part, dict):
            found.update(part.get("properties", {}))
            found.update(word for word in part.get("enum", []) if word)
            for each in part.values():
                walk(each)

    walk(SCHEMA)
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_guide_can_be_used(write: Write, example: str) -> None:
    missing = "".join(REST[name] for name in REST.keys() - read(example).data.keys())
    load(write(missing + example))


@pytest.mark.parametrize("example", PERSONAS)
def test_every_persona_of_the_guide_can_be_used(write: Write, example: str) -> None:
    load_persona(write(example))


def test_the_guide_tells_everything_a_scenario_may_say() -> None:
    told = set(re.findall(r"[\w-]+", GUIDE))
    assert words_of_the_schema() - told == set()


@pytest.mark.anyio
@pytest.mark.parametrize("example", WHOLE)
async def test_the_whole_examples_pass(shared: Ground, write: Write, example: str) -> None:
    assert (await attempt(shared, load(write(example)), seed=0)).why == []


@pytest.mark.anyio
async def test_the_failure_the_guide_shows_is_what_one_gets(shared: Ground, write: Write) -> None:
    made = await attempt(shared, load(write(WHOLE[0].replace("declined", "accepted"))), seed=0)
    assert made.why == re.findall(r"^  - (at the end: .*)$", GUIDE, re.MULTILINE)
