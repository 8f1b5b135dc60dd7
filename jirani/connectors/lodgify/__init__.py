"""Lodgify: an API key, bookings read by v2, messages posted by v1, a webhook for each event."""
