"""Guests' names travel encrypted, or not at all beyond this machine."""

import pytest

from jirani.services.pms.addresses import is_private


@pytest.mark.parametrize(
    "address",
    [
        *("https://chat.example.com", "HTTPS://chat.example.com:8443/below/"),
        *("http://localhost:8000", "http://127.0.0.1", "http://[::1]:80/v1"),
    ],
)
def test_nobody_reads_along(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    "address",
    [
        *("http://chat.example.com", "http://localhost.example.com"),
        *("http://127.0.0.1.example.com", "http://127.0.0.1@example.com"),
        *("https://me:secret@example.com", "ftp://localhost", "https://", "https:///below"),
        *("https://[bad", "https://a:99999", "chat.example.com", ""),
        *("https://chat.example.com/?a=b", "https://chat.example.com/#a"),
    ],
)
def test_somebody_might_read_along_or_it_is_no_address(address: str) -> None:
    assert not is_private(address)
