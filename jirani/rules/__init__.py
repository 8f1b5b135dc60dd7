"""Pure decisions: frozen facts and `now` in, one answer out; no clock, no I/O."""
