"""Records from elsewhere: read from files line by line, sent to the services in batches, told line by line."""
