"""Asking Lodgify for webhooks: one subscription for each event, each with a secret shown once."""

from collections.abc import Mapping
from typing import Any

from jirani.connectors.lodgify.hooks import EVENTS
from jirani.connectors.pms import PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Answer, Wire


async def subscribe(wire: Wire, url: str) -> dict[str, str]:
    """Subscribe to what we need, at an address for each; return each one's secret by its event.

    What was subscribed to there before is ended first: its secret is not told again. Raises
    PmsUnavailable.
    """
    before = await _subscribed(wire)
    secrets: dict[str, str] = {}
    for event in EVENTS:
        target = f"{url}/{event}"
        for id in before.get(target, ()):
            _done(await wire.write("DELETE", "/webhooks/v1/unsubscribe", {"id": id}), gone=True)
        asked = {"target_url": target, "event": event}
        answer = _done(await wire.write("POST", "/webhooks/v1/subscribe", asked))
        try:
            told = fields.record(answer.body, "subscription")
            secrets[event] = fields.needed(told.get("secret"), "secret")
        except fields.Malformed as wrong:
            raise PmsUnavailable(Wrong.MALFORMED, str(wrong)) from None
    return secrets


async def _subscribed(wire: Wire) -> Mapping[str, list[str]]:
    """Read the ids of what there is, by address."""
    told = await wire.read("/webhooks/v1/list")
    found: dict[str, list[str]] = {}
    try:
        listed: Any = told.get("items") if isinstance(told, dict) else told
        for each in fields.records(listed, "subscriptions"):
            target = fields.word(fields.first(each.get("target_url"), each.get("url")), "url")
            if target:
                found.setdefault(target, []).append(fields.needed(each.get("id"), "id"))
    except fields.Malformed as wrong:
        raise PmsUnavailable(Wrong.MALFORMED, str(wrong)) from None
    return found


def _done(answer: Answer, *, gone: bool = False) -> Answer:
    if answer.outcome is WriteOutcome.ACCEPTED or (gone and answer.reason == Wrong.NOT_FOUND):
        return answer
    raise PmsUnavailable(Wrong(answer.reason), "webhooks", retry_after=answer.retry_after)
