"""Hostaway: reservations, calendars, talk, bills and tasks of one account, over its public API."""
