"""Where things are kept: SQL through units of work, slot holds and mutexes in Redis."""
