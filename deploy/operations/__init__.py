"""What an operator does to a running network, beside starting and stopping it."""
