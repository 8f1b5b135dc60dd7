"""What is offered around a stay: when, on what terms, and whether at all (domain §4)."""
