"""Where gatherings are stored."""
