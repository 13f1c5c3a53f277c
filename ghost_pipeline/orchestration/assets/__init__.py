"""The asset graph, in the order of the way of the data: raw, clean, features, models, what_if, reports."""
