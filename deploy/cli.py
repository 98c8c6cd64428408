"""The `maillage` command. Its commands stand in deploy/commands, one file per group."""

import importlib
import logging
import pkgutil
import sys

import structlog
import typer

from deploy import commands
from deploy.local.packages import PackagesError
from deploy.local.processes import NotReadyError
from deploy.local.settings import PortTakenError, UnusableSettingError
from deploy.local.stack import NotStartedError

application = typer.Typer(
    name="maillage",
    help="An incubator and coalition network on one machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for found in sorted(module.name for module in pkgutil.iter_modules(commands.__path__)):
    importlib.import_module(f"{commands.__name__}.{found}").register(application)


def main() -> None:
    """Run one command; say in plain words what stands in its way."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        application()
    except (NotReadyError, NotStartedError, PackagesError, PortTakenError, UnusableSettingError) as obstacle:
        print(obstacle, file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
