"""`python -m tests.audit`: what we depend on is pinned, licensed, whole, not known as unsafe.

All but the last is checked without a network. Advisories that cannot be reached are said not to
have been checked; that fails nothing.
"""

import json
import re
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PATIENCE = 60  # seconds for all advisories
ENTRY = re.compile(
    r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; .+?)?(?P<hashes>(?:\s+--hash=\S+)*)"
)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
HOST = re.compile(r"://|@|^-|index|find-links|file:", re.MULTILINE)


class NotReached(Exception):
    """The advisories could not be asked for; says why."""


def entries(lock: str) -> list[str]:
    """Return a lock's requirements, one line each."""
    joined = lock.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip()]


def lock_problems(lock: str) -> list[str]:
    """Find what is not pinned, has no hash, or names a host."""
    problems = [f"names a host or an option: {found[0]}" for found in HOST.finditer(lock)]
    for entry in entries(lock):
        found = ENTRY.fullmatch(entry)
        hashes = found["hashes"].split() if found else []
        if not hashes or not all(HASH.fullmatch(each) for each in hashes):
            problems.append(f"not pinned with a hash: {entry[:60]}")
    return problems


def locked(lock: str) -> dict[str, set[str]]:
    """Return the locked versions by name; a marker may choose between several."""
    versions: dict[str, set[str]] = {}
    for found in filter(None, map(ENTRY.fullmatch, entries(lock))):
        versions.setdefault(canonicalize_name(found["name"]), set()).add(found["version"])
    return versions


def licences(about: PackageMetadata, written: dict[str, str]) -> list[str]:
    """Return the licences a package names, as SPDX expressions where they are known."""
    if "License-Expression" in about:
        return [about["License-Expression"]]
    named = [
        kind.rpartition(" :: ")[2]
        for kind in about.get_all("Classifier", [])
        if kind.startswith("License ::") and not kind.endswith("approved")
    ]
    if not named and "License" in about:
        named = about["License"].splitlines()[:1]
    return [written.get(each.strip(), each.strip()) for each in named]


def permitted(expression: str, allowed: set[str]) -> bool:
    """Tell whether an expression without brackets leaves us a licence that is allowed."""
    return any(set(each.split(" AND ")) <= allowed for each in expression.split(" OR "))


def licence_problems(names: set[str], rules: dict[str, Any]) -> list[str]:
    """Find packages whose licence nobody has looked at, and exceptions nobody needs."""
    problems, needed = [], set()
    for name in sorted(names):
        try:
            found = licences(metadata(name), rules["written"])
        except PackageNotFoundError:  # for another system or Python
            continue
        if not found or not all(permitted(each, set(rules["allowed"])) for each in found):
            needed.add(name)
            if name not in rules["exceptions"]:
                problems.append(f"{name}: {', '.join(found) or 'no licence named'}")
    unneeded = rules["exceptions"].keys() - needed
    return [*problems, *(f"{name}: an exception it does not need" for name in sorted(unneeded))]


def advisories(lock: Path) -> list[dict[str, Any]]:
    """Ask for each package's advisories. Raises NotReached."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock)]
    command += ["--disable-pip", "--require-hashes", "--format=json", "--aliases=on"]
    command += ["--progress-spinner=off"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise NotReached(f"no answer within {PATIENCE} s") from error
    try:
        packages: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except ValueError as error:
        raise NotReached((asked.stderr.splitlines() or ["no answer"])[-1]) from error
    # A mirror without advisories answers "not found" to everything, which must not pass for safe.
    if not any("vulns" in each for each in packages):
        raise NotReached("the index has none")
    return packages


def advisory_problems(
    packages: list[dict[str, Any]], ignored: dict[str, Any], today: date
) -> list[str]:
    """Find vulnerabilities that nobody has judged, or not lately."""
    problems = []
    for package in packages:
        for each in package.get("vulns", ()):
            judged = [ignored[id] for id in (each["id"], *each["aliases"]) if id in ignored]
            if not any(each["reason"] and today <= each["until"] for each in judged):
                fixed = ", ".join(each["fix_versions"]) or "nothing yet"
                was = f"{package['name']} {package['version']}"
                problems.append(f"{was}: {each['id']}, fixed in {fixed}")
    return problems


def audit() -> list[str]:
    """Check everything, saying what was checked; return the problems."""
    rules = tomllib.loads((ROOT / "tests" / "audit.toml").read_text("utf-8"))
    texts = {name: (ROOT / name).read_text("utf-8") for name in LOCKS}
    names = {name for text in texts.values() for name in locked(text)}
    problems = [f"{name}: {each}" for name, text in texts.items() for each in lock_problems(text)]
    problems += licence_problems(names, rules)
    whole = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    problems += whole.stdout.splitlines() if whole.returncode else []
    _say(f"{len(names)} packages: pinned by hash, licences, and what they need of each other.")
    try:
        packages = advisories(ROOT / LOCKS[1])  # it has everything the other has
    except NotReached as error:
        _say(f"Advisories not reached ({error}): not checked.")
        return problems
    unknown = ", ".join(each["name"] for each in packages if "vulns" not in each)
    _say(f"Advisories checked, none to be had for: {unknown or 'nothing'}.")
    return problems + advisory_problems(packages, rules["advisories"], datetime.now(UTC).date())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    found = audit()
    sys.exit("\n".join(found) if found else 0)
