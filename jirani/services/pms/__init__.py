"""Accounts with property-management systems: connected, opened, kept, and their webhooks."""
