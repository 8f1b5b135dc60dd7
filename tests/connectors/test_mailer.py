import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.connectors.mailer import Mail, Mailer, MailOutcome, is_address, message_id, one_line
from jirani.connectors.memory_mailer import MailFault, MemoryMailer

pytestmark = pytest.mark.anyio


def mail(to: str = "host@example.com", key: str = "k1") -> Mail:
    return Mail(to, "Sold", "Late check-out", "<p>Late check-out</p>", key)


@pytest.mark.parametrize(
    "to", ["host@example.com", "a.b+c@mail.example.co.ke", "o'neil@example.com", "ü@example.com"]
)
def test_an_address_is_one(to: str) -> None:
    assert is_address(to)


@pytest.mark.parametrize(
    "to",
    [
        *("", "host", "@example.com", "host@", "a@b@c", "a b@example.com", "<a@example.com>"),
        *("a@example.com, b@example.com", "a@example.com\r\nBcc: x@example.com", "a@example.com\n"),
        *("a@exam\u2028ple.com", "a\x00@example.com", f"a@{'x' * 260}.com", '"a"@example.com'),
    ],
)
def test_what_could_smuggle_something_is_no_address(to: str) -> None:
    assert not is_address(to)


def test_a_key_gives_one_message_id_at_a_domain() -> None:
    ident = message_id("sale-1", "example.com")
    assert ident == message_id("sale-1", "example.com") != message_id("sale-2", "example.com")
    assert ident.startswith("<")
    assert ident.endswith("@example.com>")
    assert message_id("\ud800\r\n>", "example.com").count("\n") == 0


@given(st.text())
def test_a_header_is_one_printable_line(words: str) -> None:
    line = one_line(words)
    assert line.isprintable()
    assert one_line(line) == line


def test_a_name_keeps_its_letters() -> None:
    assert one_line("  Wanjikũ\r\nBcc: x ") == "Wanjikũ Bcc: x"


@pytest.mark.parametrize(
    ("fault", "outcome", "arrived"),
    [
        ("rejected", MailOutcome.REJECTED, 0),
        ("retry", MailOutcome.RETRY, 0),
        ("lost", MailOutcome.UNKNOWN, 0),
        ("unanswered", MailOutcome.UNKNOWN, 1),
    ],
)
async def test_a_fault_befalls_the_next_mail_only(
    fault: str, outcome: MailOutcome, arrived: int
) -> None:
    mailer = MemoryMailer()
    mailer.upcoming.append(fault)
    result = await mailer.send(mail())
    assert (result.outcome, result.reason, len(mailer.sent)) == (outcome, fault, arrived)
    again = await mailer.send(mail())
    assert (again.outcome, again.message_id) == (MailOutcome.ACCEPTED, result.message_id)
    assert len(mailer.to("host@example.com")) == arrived + 1


async def test_an_address_may_be_out_of_reach_or_none_at_all() -> None:
    memory = MemoryMailer()
    mailer: Mailer = memory
    memory.by_address["gone@example.com"] = MailFault.REJECTED
    for to, reason in (("gone@example.com", "rejected"), ("a\r\nb@example.com", "no_address")):
        result = await mailer.send(mail(to))
        assert (result.outcome, result.reason) == (MailOutcome.REJECTED, reason)
    assert memory.sent == []
