"""API keys: made, checked, revoked. A secret is shown once and never stored."""

import re
import secrets
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from jirani.rules.facts import ApiKey, Role
from jirani.services import Services
from jirani.services.log import log
from jirani.services.onboarding.names import Wrong, tidy
from jirani.services.onboarding.report import Refused

_KEY = re.compile(r"jk_([0-9A-Z]{26})_([\w-]{43})", re.ASCII)
_USED_EVERY = timedelta(minutes=1)
_NOBODY = sha256(secrets.token_bytes()).hexdigest()


async def create_key(
    services: Services, business_id: str, name: str, role: Role, by: str
) -> tuple[ApiKey, str]:
    """Make a key; return it, and what its holder presents: `jk_<id>_<43 characters>`, this once.

    Raises Refused unless the name is one line of at most 120 characters.
    """
    try:
        name = tidy(name, 120)
    except Wrong as error:
        raise Refused([f"the key's name {error}"]) from error
    secret = secrets.token_urlsafe(32)
    id, now = services.ids.new(), services.clock.now()
    key = ApiKey(id, name, role, created_at=now, created_by=by, secret_hash=_hash(secret))
    async with services.store.begin(business_id) as work:
        await work.keys.add(key)
    log.info("key.created", key=id, role=role, by=by)
    return key, f"jk_{id}_{secret}"


async def check_key(services: Services, business_id: str, presented: str) -> ApiKey | None:
    """Return the key that was presented if it is this business's and not revoked, else None.

    How long it takes tells nothing about a secret. That it was used is noted once a minute.
    """
    parts = _KEY.fullmatch(presented)
    if parts is None:
        return None
    id, secret = parts.groups()
    async with services.store.read(business_id) as work:
        key = await work.keys.get(id)
    fits = compare_digest(_hash(secret), key.secret_hash if key else _NOBODY)
    if key is None or not fits or key.revoked_at:
        return None
    now = services.clock.now()
    if key.last_used_at and now - key.last_used_at < _USED_EVERY:
        return key
    async with services.store.begin(business_id) as work:
        await work.keys.used(key.id, now)
    return replace(key, last_used_at=now)


async def revoke_key(services: Services, business_id: str, key_id: str, by: str) -> ApiKey:
    """End a key at once and for good; revoked again, it stays as it was. LookupError if unknown."""
    async with services.store.begin(business_id) as work:
        key = await work.keys.get(key_id)
        if key is None:
            raise LookupError(key_id)
        if key.revoked_at:
            return key
        now = services.clock.now()
        await work.keys.revoke(key_id, now)
    log.info("key.revoked", key=key_id, by=by)
    return replace(key, revoked_at=now)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
