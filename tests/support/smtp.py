"""A real SMTP server on this machine, and others that break off where a test wants it."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.needs import missing


@dataclass
class Inbox:
    """What arrived; `answers` are given instead of a yes, by the command they answer."""

    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    private: list[bool] = field(default_factory=list)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.answers:
            return self.answers["DATA"]
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=POLICY)
        self.letters.append((", ".join(envelope.rcpt_tos), parsed))
        self.private.append(session.ssl is not None)
        return "250 OK"


def _allowed(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
) -> AuthResult:
    known = isinstance(login, LoginPassword) and login.password == b"secret"
    return AuthResult(success=known, handled=known)


@asynccontextmanager
async def smtp_server(
    inbox: Inbox, *, implicit: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """Run a server that puts what it takes into an inbox; yields its port."""
    loop = asyncio.get_running_loop()

    def speaking() -> SMTP:
        return SMTP(inbox, authenticator=_allowed, hostname="test", loop=loop, **options)

    server = await loop.create_server(speaking, "127.0.0.1", 0, ssl=implicit)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def mute_server(*lines: str) -> AsyncIterator[int]:
    """Run a server that answers one line per command, and then nothing any more.

    `HANGUP` as a line closes the connection; `TEXT` waits for the end of a mail's text.
    """

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, line in enumerate(lines):
            if number and not await reader.readline():
                break
            if line == "HANGUP":
                break
            if line == "TEXT":
                while await reader.readline() not in (b".\r\n", b""):
                    pass
                continue
            writer.write(f"{line}\r\n".encode())
        else:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for this machine: the context of a server, and of a client who trusts."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        missing("openssl", str(error))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=str(certificate))
