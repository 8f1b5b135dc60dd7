"""The chat page's files, ready to be served: plain HTML, CSS and JavaScript, nothing to build."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
}
PAGE, WORKER = "index.html", "sw.js"


@cache
def page_files() -> dict[str, bytes]:
    """Read every file of the page, by name; the service worker is told their version and names."""
    found = {
        item.name: item.read_bytes()
        for item in sorted(files(__name__).iterdir(), key=lambda item: item.name)
        if item.name.rpartition(".")[2] in MEDIA_TYPES
    }
    version = sha256(b"".join(found.values())).hexdigest()[:16]
    shell = " ".join([version, *(name for name in found if name not in (PAGE, WORKER))])
    found[WORKER] = found[WORKER].replace(b"__SHELL__", shell.encode())
    return found


def page_file(name: str) -> tuple[bytes, str]:
    """Give one file's content and media type; raises KeyError for a name the page does not have."""
    return page_files()[name], MEDIA_TYPES[name.rpartition(".")[2]]


def page_etag(name: str) -> str:
    """Give a strong ETag, quotes included, that changes with the content; raises KeyError."""
    return f'"{sha256(page_files()[name]).hexdigest()[:32]}"'
