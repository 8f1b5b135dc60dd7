"""Mail against a real SMTP server, and against some that break off."""

import ssl
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jirani.connectors.mailer import Mail, Mailer, MailOutcome
from jirani.connectors.smtp_mailer import Security, SmtpMailer, SmtpServer
from tests.support.pms_rigs import Ticking
from tests.support.smtp import Inbox, certified, mute_server, smtp_server

pytestmark = pytest.mark.anyio

Contexts = tuple[ssl.SSLContext, ssl.SSLContext]


def mail(to: str = "host@example.com", **fields: str) -> Mail:
    usual = {"subject": "Sold: late check-out", "plain": "Ana stays.", "html": "<p>Ana stays.</p>"}
    return Mail(to, **{**usual, "key": "sale-1", **fields})


def mailer(port: int, security: Security = Security.NONE, **options: Any) -> SmtpMailer:
    options = {"timeout": 5.0, "deadline": 10.0, **options}
    server = SmtpServer(
        *("127.0.0.1", port, "jirani@example.com", "Jirani"), security=security, **options
    )
    return SmtpMailer(server, Ticking())


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def port(inbox: Inbox) -> AsyncIterator[int]:
    async with smtp_server(inbox) as number:
        yield number


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> Contexts:
    return certified(tmp_path_factory.mktemp("tls"))


async def test_a_mail_arrives_in_plain_text_and_html(inbox: Inbox, port: int) -> None:
    port_of_it: Mailer = mailer(port)
    words = "Malipo: €50, asante sana, Wanjikũ.\n.\nA dot alone ends nothing. " + "x" * 2000
    result = await port_of_it.send(mail(plain=words))
    assert (result.outcome, result.reason) == (MailOutcome.ACCEPTED, "")
    ((to, letter),) = inbox.letters
    assert to == letter["To"] == "host@example.com"
    assert letter["From"] == "Jirani <jirani@example.com>"
    assert letter["Subject"] == "Sold: late check-out"
    assert letter["Message-ID"] == result.message_id
    assert letter["Date"].datetime == Ticking().now
    assert letter.get_content_type() == "multipart/alternative"
    plain, html = letter.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == words
    assert html.get_content_type() == "text/html"


async def test_a_mail_sent_twice_is_recognised_by_its_id(inbox: Inbox, port: int) -> None:
    for key in ("sale-1", "sale-1", "sale-2"):
        await mailer(port).send(mail(key=key))
    first, again, other = (letter["Message-ID"] for _, letter in inbox.letters)
    assert first == again != other


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_connection_is_private_and_logged_in(
    inbox: Inbox, contexts: Contexts, security: Security
) -> None:
    theirs, ours = contexts
    options: dict[str, Any] = {"tls_context": theirs}
    if security is Security.TLS:
        options = {"implicit": theirs, "auth_require_tls": False}  # it counts STARTTLS only
    async with smtp_server(inbox, **options) as port:
        login = {"user": "jirani", "password": "secret", "context": ours}
        result = await mailer(port, security, **login).send(mail())
        assert (result.outcome, result.reason) == (MailOutcome.ACCEPTED, "")
        wrong = await mailer(port, security, **{**login, "password": "guess"}).send(mail())
        assert (wrong.outcome, wrong.reason) == (MailOutcome.RETRY, "refused: 535")
        stranger = await mailer(port, security, user="jirani", password="secret").send(mail())
        assert stranger.outcome is MailOutcome.RETRY
        assert stranger.reason == "SSLCertVerificationError"
    assert len(inbox.letters) == 1


async def test_nothing_is_sent_in_the_clear_where_privacy_was_asked_for(
    inbox: Inbox, port: int
) -> None:
    result = await mailer(port, Security.STARTTLS, user="jirani", password="secret").send(mail())
    assert (result.outcome, result.reason) == (MailOutcome.RETRY, "SMTPNotSupportedError")
    assert inbox.letters == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("550 no such box", MailOutcome.REJECTED), ("451 later", MailOutcome.RETRY)],
)
async def test_a_no_is_final_or_for_later_as_the_server_says(
    inbox: Inbox, port: int, step: str, answer: str, outcome: MailOutcome
) -> None:
    inbox.answers[step] = answer
    result = await mailer(port).send(mail())
    assert (result.outcome, result.reason) == (outcome, f"refused: {answer[:3]}")


HELLO = ("220 test", "250 test")


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ((), MailOutcome.RETRY),
        (("554 go away",), MailOutcome.RETRY),
        (("HANGUP",), MailOutcome.RETRY),
        ((*HELLO, "250 OK"), MailOutcome.RETRY),
        ((*HELLO, "250 OK", "250 OK", "354 go on", "TEXT"), MailOutcome.UNKNOWN),
        ((*HELLO, "250 OK", "250 OK", "354 go on", "TEXT", "HANGUP"), MailOutcome.UNKNOWN),
        ((*HELLO, "250 OK", "250 OK", "554 no"), MailOutcome.REJECTED),
        (("220 \xff\xfe", "nonsense"), MailOutcome.RETRY),
    ],
)
async def test_silence_after_the_text_has_left_is_unknown_and_before_it_is_later(
    lines: tuple[str, ...], outcome: MailOutcome
) -> None:
    async with mute_server(*lines) as port:
        assert (await mailer(port, timeout=0.3).send(mail())).outcome is outcome


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        (HELLO, MailOutcome.RETRY),
        ((*HELLO, "250 OK", "250 OK", "354 go on", "TEXT"), MailOutcome.UNKNOWN),
    ],
)
async def test_time_is_up_whatever_the_server_does(
    lines: tuple[str, ...], outcome: MailOutcome
) -> None:
    async with mute_server(*lines) as port:
        began = time.monotonic()
        result = await mailer(port, timeout=60.0, deadline=0.5).send(mail())
        assert (result.outcome, result.reason) == (outcome, "deadline")
        assert time.monotonic() - began < 5


async def test_nobody_there_is_for_later() -> None:
    async with mute_server() as port:
        pass
    result = await mailer(port).send(mail())
    assert (result.outcome, result.reason) == (MailOutcome.RETRY, "ConnectionRefusedError")


@pytest.mark.parametrize(
    "to", ["", "host", "a@example.com\r\nBcc: x@example.com", "ü@example.com", "a..b@example.com"]
)
async def test_what_is_no_address_is_refused_before_anybody_is_called(to: str) -> None:
    result = await mailer(1).send(mail(to))
    assert (result.outcome, result.reason) == (MailOutcome.REJECTED, "no_address")


def test_a_sender_must_be_an_address_and_a_password_is_not_shown() -> None:
    with pytest.raises(ValueError, match="not a sender's address"):
        SmtpMailer(SmtpServer("localhost", 25, "Jirani <x@example.com>"))
    assert "secret" not in repr(SmtpServer("h", 25, "a@example.com", password="secret"))


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.text(max_size=60) | st.just("Eve\r\nBcc: eve@example.com\r\n\r\nBuy now"),
    words=st.text(st.characters(), max_size=300),
)
async def test_a_guests_name_adds_no_header_and_ends_none(
    inbox: Inbox, port: int, name: str, words: str
) -> None:
    inbox.letters.clear()
    letter = mail(subject=f"{name} said yes", plain=words, html=f"<p>{words}</p>", key=name)
    assert (await mailer(port).send(letter)).outcome is MailOutcome.ACCEPTED
    ((to, arrived),) = inbox.letters
    assert to == "host@example.com"
    headers = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
    assert sorted(arrived.keys()) == sorted([*headers, "Content-Type"])
    assert arrived.is_multipart()
