"""The examples of ``gateway/examples``, played as they stand, in an order in which they make sense."""
