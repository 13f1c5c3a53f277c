"""The game of football as data: field, tables, plays as arrays, rules and metrics. Imports numpy and nothing else."""
