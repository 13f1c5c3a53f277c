"""Defender ghosting: from raw player tracking to trusted what-ifs."""
