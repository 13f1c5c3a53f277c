"""From scenes to numbers a model can learn from: frame features, training windows, the ranking of candidates."""
