"""What people and facts may ask of the incubators: one file per command or reaction."""
