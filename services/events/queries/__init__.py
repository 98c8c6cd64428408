"""What may be asked of the events service; plain rows, past the domain, as far as the asker may see them."""
