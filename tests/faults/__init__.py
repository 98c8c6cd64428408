"""The fault suite: load, faults, and a checker that counts what was lost, done twice, or never asked for."""
