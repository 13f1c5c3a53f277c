"""Experts rate paths without knowing whose they are: the queue, the blind clip, the desk they sit at, the app."""
