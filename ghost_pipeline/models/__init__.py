"""What learns: baselines, the paper's networks, the ghost network, and the outcome models."""
