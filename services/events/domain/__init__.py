"""Gatherings of the network: what they are, who has a seat, who waits and who came. Pure Python."""
