"""The whole schema, put together from the parts that stand beside each service."""
