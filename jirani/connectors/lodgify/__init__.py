"""Lodgify: an API key, bookings and properties by v2, messages posted by v1, one webhook an event."""
