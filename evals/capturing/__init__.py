"""Making a scenario of a conversation that has taken place."""
