"""What every connector over HTTP shares: asking, waiting one's turn, tokens, reading fields."""
