"""Answers that are kept in this process until a fact says that they are no longer true.

Only what anybody may see: answers to nobody in particular, without an error, to questions that change nothing. Each
knows what it shows (questions.py); a fact about any of it drops the answer (memory.py), at once and also while it is
still being made. Nothing is served from memory while facts may be missing or late (watermarks.py).
"""
