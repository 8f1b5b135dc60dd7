"""Guesty's Open API: reservations-v3 first, the calls it retires in March 2027 behind a switch."""
