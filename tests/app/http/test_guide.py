"""The examples of docs/http.md, run as they stand there."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from tests.support.needs import missing
from tests.support.visiting import Site

pytestmark = pytest.mark.anyio
GUIDE = Path(__file__).parents[3] / "docs" / "http.md"


async def test_the_examples_of_the_guide_work(site: Site) -> None:
    if not shutil.which("curl"):
        missing("curl", "apt install curl")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.S))
    assert script.count("curl") >= 3
    script = script.replace("/businesses/demo/", f"/businesses/{site.business}/")
    run = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", f"BASE={site.url}\n{script}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaints = await run.communicate()
    assert run.returncode == 0, complaints.decode()
    assert b"event: done" in said
    assert b"Shall I book your Manicure" in said
