"""Slot recovery: what frees a slot, who is asked, what they answer, what it leads to (R1-R9)."""
