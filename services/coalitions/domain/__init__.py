"""Coalitions, their positions, ballots and consultations: what they are and what they may do. Pure Python."""
