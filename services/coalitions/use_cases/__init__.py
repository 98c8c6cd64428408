"""One file per command of the coalitions service: the command, and its handler in the same words."""
