"""One file per outside system behind small Protocols, and their in-memory twins."""
