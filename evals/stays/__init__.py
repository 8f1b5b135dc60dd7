"""`jirani stays`: what the rules of stays make of other people's reservations and calendars."""
