"""Readers, one per format family: raw files in, canonical tables out, in the offence's frame of reference."""
