"""What may be asked of the incubator service: SQL to plain data, past the domain, where no rule is asked."""
