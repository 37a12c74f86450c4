"""Recorded HTTP: what a real language model answered, to be replayed with the network closed."""
