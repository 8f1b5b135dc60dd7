"""The mail carrier that the settings name."""

from urllib.parse import unquote, urlsplit

from app.settings import Settings
from jirani.connectors.smtp_mailer import Security, SmtpMailer, SmtpServer
from jirani.services.clock import Clock

_HOW = {
    "smtp": (Security.STARTTLS, 587),
    "smtps": (Security.TLS, 465),
    "smtp+plain": (Security.NONE, 25),
}


def mailer_of(settings: Settings, clock: Clock) -> SmtpMailer | None:
    """Return what carries mail to hosts; None where nothing is set."""
    server = server_of(settings)
    return SmtpMailer(server, clock.now) if server else None


def server_of(settings: Settings) -> SmtpServer | None:
    """Return where mail goes, and as whom."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    parts = urlsplit(settings.smtp_url)
    security, port = _HOW[parts.scheme]
    return SmtpServer(
        parts.hostname or "localhost",
        parts.port or port,
        settings.mail_from,
        security=security,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
