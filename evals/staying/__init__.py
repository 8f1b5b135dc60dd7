"""Stays in scenarios: a host's flat behind a PMS in memory, its guests, and what goes wrong."""
