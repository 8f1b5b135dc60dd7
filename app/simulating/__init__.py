"""Jirani and a stand-in for a PMS, side by side on the loopback, with time in somebody's hand."""
