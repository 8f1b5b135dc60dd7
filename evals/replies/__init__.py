"""How well replies are read: the figures for `jirani eval replies`, and the training."""
