"""The rules of slot recovery: a cancelled slot finds its next customer (R1-R9)."""
