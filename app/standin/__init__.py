"""A stand-in for property-management systems: one small world behind three true wire formats."""
