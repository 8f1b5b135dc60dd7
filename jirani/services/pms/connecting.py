"""Connecting a business with a PMS: what a host brings is checked, sealed and kept."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from jirani.connectors.connector import Account, Connector, Option
from jirani.connectors.mailer import is_address
from jirani.connectors.pms import PmsUnavailable
from jirani.services import Services
from jirani.services.log import log
from jirani.services.onboarding.report import Refused
from jirani.services.pms.accounts import Opened, StoredAccounts, unsealed
from jirani.services.pms.addresses import is_private
from jirani.services.sealing import NotOurs
from jirani.services.watch import outside
from jirani.store.rows.accounts import SealedAccount

LONGEST = 2000  # characters of one credential or option
ELSEWHERE = Option("base_url", "", "Where the PMS is, if not where everybody finds it")


@dataclass(frozen=True, slots=True)
class Connected:
    """An account as a host may see it: which secrets there are, and none of them."""

    pms: str
    title: str
    secrets: tuple[str, ...]
    options: dict[str, str]
    host: str | None
    changed_at: datetime
    changed_by: str


def connector_of(accounts: StoredAccounts, pms: str) -> Connector:
    """Return a connector by its name; raises Refused."""
    found = accounts.connectors.get(pms)
    if found is None:
        names = ", ".join(sorted(accounts.connectors))
        raise Refused([f"There is no connector {pms!r}; there are {names}."])
    return found


async def connect(
    services: Services,
    accounts: StoredAccounts,
    business_id: str,
    pms: str,
    secrets: Mapping[str, str],
    options: Mapping[str, str],
    *,
    host: str | None,
    by: str,
) -> None:
    """Keep an account, or change it; an option or secret that is not named stays as it was.

    Raises Refused with all that is wrong; nothing was changed then.
    """
    connector = connector_of(accounts, pms)
    async with services.store.read(business_id) as work:
        kept = await work.pms_accounts.get(pms)
    known = _known(accounts, business_id, kept)
    account = Account(
        business_id,
        pms,
        {**known.secrets, **{name: value for name, value in secrets.items() if value}},
        {**known.options, **options},
    )
    if wrong := _wrong(connector, account, host, [*secrets, *options]):
        raise Refused(wrong)
    address = host or (kept.host if kept else None)
    await _keep(services, accounts, account, host=address, by=by)
    log.info("pms_account.connected", pms=pms, by=by)


async def register_hooks(
    services: Services, accounts: StoredAccounts, business_id: str, pms: str, base: str, *, by: str
) -> None:
    """Ask the PMS to send its webhooks to us, and keep what proves them; raises Refused.

    `base`: our own address as the PMS reaches it, such as https://chat.example.com.
    """
    opened = await _opened(accounts, business_id, pms)
    url = base.rstrip("/") + hook_path(services, business_id, pms)
    try:
        with outside(pms, "register"):
            proofs = await opened.connector.register(opened.account, accounts.outside, url)
    except PmsUnavailable as unavailable:
        raise Refused([f"{opened.connector.title} did not take it: {unavailable}."]) from None
    secrets = {**opened.account.secrets, **proofs}
    account = Account(business_id, pms, secrets, opened.account.options)
    await _keep(services, accounts, account, host=opened.host, by=by)


async def disconnect(
    services: Services, accounts: StoredAccounts, business_id: str, pms: str, *, by: str
) -> None:
    """Forget an account and its secrets; what was learned of its stays remains. Raises Refused."""
    await _opened(accounts, business_id, pms)
    async with services.store.begin(business_id) as work:
        await work.pms_accounts.drop(pms)
    log.info("pms_account.disconnected", pms=pms, by=by)
    await accounts.refresh()


async def connected(
    services: Services, accounts: StoredAccounts, business_id: str
) -> list[Connected]:
    """Return a business's accounts as a host may see them."""
    async with services.store.read(business_id) as work:
        kept = await work.pms_accounts.all()
    return [
        Connected(
            each.pms,
            accounts.connectors[each.pms].title if each.pms in accounts.connectors else each.pms,
            tuple(sorted(_known(accounts, business_id, each).secrets)),
            each.options,
            each.host,
            each.changed_at,
            each.changed_by,
        )
        for each in kept
    ]


def hook_path(services: Services, business_id: str, pms: str) -> str:
    """Return the path a PMS's webhooks come to: nobody can guess it."""
    return (
        f"/hooks/pms/{business_id}/{pms}/{hook_token(services.callback_secret, business_id, pms)}"
    )


def hook_token(secret: bytes, business_id: str, pms: str) -> str:
    """Return the part of the path that only we and the PMS know."""
    said = f"pms hook:{business_id}:{pms}".encode()
    return hmac.new(secret, said, sha256).hexdigest()[:40]


async def _opened(accounts: StoredAccounts, business_id: str, pms: str) -> Opened:
    await accounts.refresh()
    opened = accounts.opened(business_id, pms)
    if opened is None:
        raise Refused([f"There is no account with {pms}; see `jirani pms list`."])
    return opened


def _known(accounts: StoredAccounts, business_id: str, kept: SealedAccount | None) -> Account:
    if kept is None:
        return Account(business_id, "")
    try:
        return unsealed(accounts.sealer, business_id, kept)
    except NotOurs:  # the key is another now: everything has to be brought again
        return Account(business_id, kept.pms, {}, kept.options)


def _wrong(
    connector: Connector, account: Account, host: str | None, given: Collection[str]
) -> list[str]:
    names = {each.name for each in connector.credentials}
    options = {each.name: each for each in (*connector.options, ELSEWHERE)}
    wrong = [
        f"{each.title} is missing: give it as {each.name}."
        for each in connector.credentials
        if each.needed and not account.secrets.get(each.name)
    ]
    for name, value in (*account.secrets.items(), *account.options.items()):
        if len(value) > LONGEST or not value.isprintable():
            wrong.append(f"{name} cannot be right: it has {len(value)} characters.")
    for name in account.secrets:  # what proves webhooks the PMS has told us itself
        if name in given and name not in names:
            wrong.append(f"{connector.title} knows no {name!r}; it takes {_listed(names)}.")
    for name, value in account.options.items():
        option = options.get(name)
        if option is None:
            wrong.append(f"{connector.title} has no option {name!r}; it has {_listed(options)}.")
        elif option is ELSEWHERE and value and not is_private(value):
            wrong.append(f"{name} begins with https://, or is on this machine: {value!r} is not.")
        elif option.choices and value not in option.choices:
            wrong.append(f"{name} is one of {', '.join(option.choices)}, not {value!r}.")
    if host is not None and not is_address(host):
        wrong.append(f"{host!r} is no mail address.")
    return wrong


def _listed(names: Mapping[str, object] | set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


async def _keep(
    services: Services, accounts: StoredAccounts, account: Account, *, host: str | None, by: str
) -> None:
    sealed = accounts.sealer.seal(account.secrets, account.id)
    row = SealedAccount(
        account.pms,
        sealed,
        dict(account.options),
        host,
        services.ids.new(),
        services.clock.now(),
        by[:80],
    )
    async with services.store.begin(account.business_id) as work:
        await work.pms_accounts.put(row)
    await accounts.refresh()
