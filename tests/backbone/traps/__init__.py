"""Two small services to strike: one on plain nameko, one on the backbone."""
