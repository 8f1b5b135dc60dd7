"""Stays: what a PMS tells is taken in, planned, sent when it is due, and put on record (§4)."""
