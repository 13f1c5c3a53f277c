"""Judges canonical plays: facts, expectations, quarantine. The only package that imports great_expectations."""
