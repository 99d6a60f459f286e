"""Shapes of the server's replies, read tolerantly: aliases and envelopes live here and nowhere else."""
