import pytest

from jirani.rules.access import may
from jirani.rules.facts import Role


@pytest.mark.parametrize(
    ("role", "goes_as_far_as"),
    [
        (Role.VIEWER, {Role.VIEWER}),
        (Role.MANAGER, {Role.VIEWER, Role.MANAGER}),
        (Role.ADMIN, {Role.VIEWER, Role.MANAGER, Role.ADMIN}),
    ],
)
def test_a_role_goes_as_far_as_itself_and_no_further(role: Role, goes_as_far_as: set[Role]) -> None:
    assert {needed for needed in Role if may(role, needed)} == goes_as_far_as
