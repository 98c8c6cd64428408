"""What can be done with gatherings: one file per command, reaction or job."""
