"""Simulated guests: personas who talk to the product on their own, and are checked themselves."""
