"""The commands of `maillage`, one file per group.

A file here that defines `register(application)` is found by itself: it adds its commands to the
typer application (`application.command()`, or `application.add_typer(group, name="demo")`). Import
what is slow to import inside the commands, so that `maillage url` stays quick.
"""
