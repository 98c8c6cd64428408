"""Figures of a network of its own, started for the purpose and gone afterwards. ``bench`` makes every measure."""
