"""A conversation in the terminal: with somebody who types, or line by line from a pipe."""
