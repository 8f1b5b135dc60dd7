"""The commands of `jirani eval`, one a file."""

UNUSABLE = 2  # the exit code when something given cannot be used; 1 is a failed scenario
