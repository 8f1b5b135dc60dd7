"""What happens because time passed: the list of jobs, and the alarm clock that wakes them."""
