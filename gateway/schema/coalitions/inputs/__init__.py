"""What the commands and filters of coalitions take."""
