from pathlib import Path

import pytest

from evals.choosing import shipped
from evals.ground import Ground
from evals.runner import attempt
from evals.scenario import load

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.stem)
async def test_the_offline_model_passes(shared: Ground, file: Path) -> None:
    assert (await attempt(shared, load(file), seed=0)).why == []
