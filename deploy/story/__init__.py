"""The story of Colette, played against a running network through its front door alone."""
