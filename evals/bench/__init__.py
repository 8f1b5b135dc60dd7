"""What our code costs, as ratios to something bare, measured in one run on one machine."""
