"""Small skills, each looking at the moment for what it knows: a call, an end, or nothing."""
