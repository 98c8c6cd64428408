"""Where incubators, calls and projects are kept."""
