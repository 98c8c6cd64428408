"""What an incubator, a call and a project are, and what they may do. Pure Python: no I/O, no framework."""
