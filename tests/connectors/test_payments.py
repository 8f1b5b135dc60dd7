"""The path and the proof by which a callback is known to be ours (P2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.connectors.payments import PaymentPath, callback_token, token_matches

SECRET = b"test-callback-secret-0001"
TOKEN = "ce633907df061d544ef83e5ad2ce8f00"


def test_a_token_is_made_as_the_vector_says() -> None:
    assert callback_token(SECRET, "pay_01HZX3K4") == TOKEN
    assert token_matches(SECRET, "pay_01HZX3K4", TOKEN)


@pytest.mark.parametrize("token", [None, "", TOKEN[:-1], TOKEN.upper(), "ü", "\ud800"])
def test_any_other_token_is_refused(token: str | None) -> None:
    assert not token_matches(SECRET, "pay_01HZX3K4", token)


def test_a_token_opens_one_payment_only() -> None:
    assert not token_matches(SECRET, "pay_01HZX3K5", TOKEN)


parts = st.from_regex(r"[A-Za-z0-9_]{1,12}", fullmatch=True)


@given(parts, parts, st.none() | parts)
def test_a_path_reads_as_it_was_written(business: str, payment: str, token: str | None) -> None:
    path = PaymentPath(business, payment, token)
    assert PaymentPath.parse(str(path)) == path


@pytest.mark.parametrize("path", ["", "/hooks/pay/b1", "/hooks/sms/b1/p1", "/hooks/pay/b/p/t/x"])
def test_another_path_is_not_a_payment(path: str) -> None:
    with pytest.raises(ValueError, match="not a payment path"):
        PaymentPath.parse(path)
