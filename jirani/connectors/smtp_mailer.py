"""Mail by SMTP: the standard library's client, in a thread of its own."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

from jirani.connectors.mailer import (
    Mail,
    MailOutcome,
    MailResult,
    is_address,
    message_id,
    one_line,
)

# Seven bits, so that no relay has to re-encode what we wrote.
_POLICY = SMTP.clone(cte_type="7bit")


class Security(StrEnum):
    """How the connection is kept private; never less than was asked for."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"  # a relay on the same machine


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes, and as whom; `timeout` is for each step, `deadline` for them all."""

    host: str
    port: int
    sender: str  # an address
    sender_name: str = ""
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    deadline: float = 60.0
    context: ssl.SSLContext | None = field(default=None, repr=False)  # None: the usual authorities


class SmtpMailer:
    """Sends each mail on a connection of its own: hosts get a few a day."""

    def __init__(
        self, server: SmtpServer, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        if not is_address(server.sender):
            raise ValueError(f"not a sender's address: {server.sender!r}")
        self.name = "smtp"
        self._server = server
        self._domain = server.sender.rpartition("@")[2]
        self._clock = clock

    async def send(self, mail: Mail) -> MailResult:
        """Send one mail."""
        ident = message_id(mail.key, self._domain)
        try:
            message = self._written(mail, ident)
        except (ValueError, MessageError, IndexError):
            return MailResult(MailOutcome.REJECTED, ident, "no_address")
        attempt = _Attempt(self._server, message, mail.to, self._domain)
        try:
            async with asyncio.timeout(self._server.deadline):
                outcome, reason = await asyncio.to_thread(attempt.run)
        except TimeoutError:
            outcome, reason = attempt.broken(), "deadline"
        finally:
            attempt.hang_up()
        return MailResult(outcome, ident, reason)

    def _written(self, mail: Mail, ident: str) -> bytes:
        if not is_address(mail.to) or not mail.to.isascii():
            raise ValueError("no address SMTP could carry")
        message = EmailMessage(policy=_POLICY)
        message["From"] = Address(one_line(self._server.sender_name), addr_spec=self._server.sender)
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = one_line(mail.subject)
        message["Date"] = format_datetime(self._clock().astimezone(UTC))
        message["Message-ID"] = ident
        message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers, please
        message.set_content(_body(mail.plain))
        message.add_alternative(_body(mail.html), subtype="html")
        return message.as_bytes()


class _Attempt:
    """One try, in a thread; what is known of it is read from outside when time is up."""

    def __init__(self, server: SmtpServer, message: bytes, to: str, domain: str) -> None:
        self._server = server
        self._message = message
        self._to = to
        self._domain = domain
        self._client: smtplib.SMTP | None = None
        self._given_up = False
        self._left = False  # the text is on its way: from here on silence means nothing

    def run(self) -> tuple[MailOutcome, str]:
        """Deliver, and say what became of it."""
        try:
            return self._deliver(self._connected())
        except smtplib.SMTPResponseException as answer:
            # Before the envelope a no is about us, not about the mail: the host can mend that.
            return MailOutcome.RETRY, f"refused: {answer.smtp_code}"
        except (smtplib.SMTPException, OSError, ValueError) as broken:
            return self.broken(), type(broken).__name__
        finally:
            if self._client is not None:
                self._client.close()

    def broken(self) -> MailOutcome:
        """Return what a broken connection means for the mail."""
        return MailOutcome.UNKNOWN if self._left else MailOutcome.RETRY

    def hang_up(self) -> None:
        """Wake a thread that still waits for the server."""
        self._given_up = True
        sock = self._client.sock if self._client else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        context = server.context or ssl.create_default_context()
        if server.security is Security.TLS:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                *(server.host, server.port, self._domain),
                timeout=server.timeout,
                context=context,
            )
        else:
            client = smtplib.SMTP(server.host, server.port, self._domain, timeout=server.timeout)
        self._client = client
        if server.security is Security.STARTTLS:
            client.starttls(context=context)
        if server.user is not None:
            client.login(server.user, server.password or "")
        client.ehlo_or_helo_if_needed()
        return client

    def _deliver(self, client: smtplib.SMTP) -> tuple[MailOutcome, str]:
        code, _ = client.mail(self._server.sender)
        if code == 250:
            code, _ = client.rcpt(self._to)
        if code not in (250, 251):
            return _refused(code)
        if self._given_up:
            return MailOutcome.RETRY, "deadline"
        self._left = True
        try:
            code, _ = client.data(self._message)
        except smtplib.SMTPDataError as answer:
            code = answer.smtp_code
        return (MailOutcome.ACCEPTED, "") if 200 <= code < 300 else _refused(code)


def _refused(code: int) -> tuple[MailOutcome, str]:
    final = 500 <= code < 600
    return MailOutcome.REJECTED if final else MailOutcome.RETRY, f"refused: {code}"


def _body(words: str) -> str:
    """Return words fit for a body: no half characters, no controls but tabs and line ends."""
    lines = words.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    return "".join(c if c >= " " or c in "\t\n" else " " for c in lines)
