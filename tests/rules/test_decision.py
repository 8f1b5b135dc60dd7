from jirani.rules.decision import ALLOWED, Reason, refuse


def test_a_refusal_refuses_for_its_reason() -> None:
    no = refuse(Reason.PAST, "That time has passed.")
    assert (no.allowed, no.reason, no.detail) == (False, Reason.PAST, "That time has passed.")
    assert ALLOWED.allowed
