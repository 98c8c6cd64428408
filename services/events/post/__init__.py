"""How letters leave the service."""
