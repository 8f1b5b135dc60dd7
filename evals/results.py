"""What came of the runs of a scenario."""

from dataclasses import dataclass

from evals.grading import Why, grade
from evals.played import Played
from evals.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run, and every reason why it is not as expected."""

    played: Played
    reasons: tuple[Why, ...] = ()

    @classmethod
    def of(cls, scenario: Scenario, played: Played) -> "Attempt":
        """Judge a run."""
        return cls(played, tuple(grade(scenario, played)))

    @property
    def passed(self) -> bool:
        """Tell whether everything was as expected."""
        return not self.reasons

    @property
    def why(self) -> list[str]:
        """Return the reasons as words."""
        return [str(each) for each in self.reasons]


@dataclass(frozen=True, slots=True)
class Result:
    """All runs of a scenario."""

    scenario: Scenario
    attempts: tuple[Attempt, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every run passed (pass^k)."""
        return all(attempt.passed for attempt in self.attempts)

    @property
    def why(self) -> list[str]:
        """Return each different reason for which a run failed."""
        return list(dict.fromkeys(why for attempt in self.attempts for why in attempt.why))

    @property
    def seconds(self) -> float:
        """How long all runs took."""
        return sum(attempt.played.seconds for attempt in self.attempts)

    @property
    def shown(self) -> Attempt:
        """The run to look at: the first that failed, else the first."""
        return next((each for each in self.attempts if not each.passed), self.attempts[0])
