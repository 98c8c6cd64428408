"""What runs in a local network: every process, its command line, its environment, how it is known to be ready."""

import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local import postgres, rabbitmq
from deploy.local.rights import RIGHTS
from deploy.local.settings import PROJECT, SERVICES, LocalSettings
from services.backbone.senders import relay_of

AUDIENCE = "maillage"
NAME_SERVER, SERVERS, SERVICES_AND_ISSUER, EDGE = WAVES = (0, 1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process of the network.

    `wave` orders starting and, backwards, stopping: SERVERS, then SERVICES_AND_ISSUER, then EDGE.
    `ready` tells whether a process that is up can do its work.
    """

    name: str
    wave: int
    command: list[str]
    environment: dict[str, str]
    folder: Path = PROJECT
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    ready: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Plan:
    """The processes of the network that `settings` describe."""

    settings: LocalSettings
    rabbitmq_programs: Path

    @property
    def folder(self) -> Path:
        """The network's folder."""
        return self.settings.folder

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.settings.port('GATEWAY')}"

    @property
    def issuer_url(self) -> str:
        """The address of the local issuer of tokens."""
        return f"http://127.0.0.1:{self.settings.port('ISSUER')}"

    @property
    def database(self) -> postgres.PostgresServer:
        """The database server."""
        return postgres.PostgresServer(
            home=postgres.home_in(self.folder / "postgres", f"network-{self.settings.id}"),
            port=self.settings.port("POSTGRES"),
            password=self.settings.password("postgres"),
            connections=40 + 130 * self.settings.processes,  # of each process of a service at most 26
        )

    @property
    def broker(self) -> rabbitmq.RabbitServer:
        """The broker."""
        return rabbitmq.RabbitServer(
            home=self.folder / "rabbitmq",
            programs=self.rabbitmq_programs,
            name=f"maillage-{self.settings.id}",
            port=self.settings.port("RABBITMQ"),
            dist_port=self.settings.port("RABBITMQ_DIST"),
            epmd_port=self.settings.port("EPMD"),
            accounts=tuple(map(self._broker_account, RIGHTS)),
            rights=RIGHTS,
        )

    def programs(self) -> Iterator[Program]:
        """Every process, in the order in which they start."""
        yield from self._servers()
        for service in SERVICES:
            for instance in self.settings.instances(service):
                yield self._service(service, instance)
            yield self._relay(service)
        yield self._issuer()
        yield self._gateway()

    def environment(self) -> dict[str, str]:
        """What every process of ours is told."""
        return {
            "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(PROJECT),
            "MAILLAGE_MODE": "local",
            "MAILLAGE_LOG_FORMAT": "json",
            "MAILLAGE_LOCAL": str(self.folder),
        }

    def service_environment(self, service: str) -> dict[str, str]:
        """What one service and its migrations are told."""
        return self.environment() | {
            "MAILLAGE_AMQP_URL": self.broker.url(self._broker_account(service)),
            "MAILLAGE_DATABASE_URL": self.database_url(service),
            "MAILLAGE_PASSPORT_PUBLIC_KEY": str(self.folder / "keys" / "passport.pub.pem"),
            **self._post(service),
        }

    def relay_environment(self, service: str) -> dict[str, str]:
        """What the relay of one service is told."""
        return self.environment() | {
            "MAILLAGE_AMQP_URL": self.broker.url(self._broker_account(relay_of(service))),
            "MAILLAGE_DATABASE_URL": self.database_url(service),
        }

    def cli_environment(self) -> dict[str, str]:
        """What a command is told that speaks to the services itself: the broker and the key that signs passports."""
        return self.environment() | {
            "MAILLAGE_AMQP_URL": self.broker.url(self._broker_account("cli")),
            "MAILLAGE_PASSPORT_PRIVATE_KEY": str(self.folder / "keys" / "passport.pem"),
            "MAILLAGE_PASSPORT_PUBLIC_KEY": str(self.folder / "keys" / "passport.pub.pem"),
            "MAILLAGE_ISSUER_URL": self.issuer_url,
            "MAILLAGE_PUBLIC_URL": self.url,
        }

    def database_urls(self) -> dict[str, str]:
        """The address of every service's database."""
        return {service: self.database_url(service) for service in SERVICES}

    def database_url(self, service: str) -> str:
        """The address of one service's database, for that service's own account."""
        password = self.settings.password(f"database/{service}")
        return f"postgresql+psycopg://{service}:{password}@127.0.0.1:{self.settings.port('POSTGRES')}/{service}"

    def _post(self, service: str) -> dict[str, str]:
        """Letters go by the mail server that `make up` is told of, else into the log; people answers for addresses."""
        if service == "people":
            return {"MAILLAGE_SERVICE_KEYS": str(self.folder / "keys" / "services")}
        if service != "events":
            return {}
        told = {name: os.environ[name] for name in ("MAILLAGE_SMTP_URL", "MAILLAGE_MAIL_FROM") if name in os.environ}
        return {
            "MAILLAGE_PUBLIC_URL": self.url,
            "MAILLAGE_SERVICE_KEY": str(self.folder / "keys" / "events.pem"),
            **told,
        }

    def _servers(self) -> Iterator[Program]:
        broker, database = self.broker, self.database
        yield Program(
            name="epmd",
            wave=NAME_SERVER,
            command=broker.epmd_command(),
            environment=broker.environment(),
            folder=broker.home,
        )
        yield Program(
            name="rabbitmq",
            wave=SERVERS,
            command=broker.command(),
            environment=broker.environment(),
            folder=broker.home,
            stop_signal=rabbitmq.STOP_SIGNAL,
            ready=broker.is_ready,
        )
        yield Program(
            name="postgres",
            wave=SERVERS,
            command=database.command(),
            environment=postgres.environment(),
            folder=database.home,
            user="nobody" if postgres.server_user() is not None else None,
            stop_signal=postgres.STOP_SIGNAL,
            ready=database.is_ready,
        )

    def _service(self, service: str, instance: str) -> Program:
        port = self.settings.health_port(instance)
        return Program(
            name=instance,
            wave=SERVICES_AND_ISSUER,
            command=[sys.executable, "-m", f"services.{service}"],
            environment=self.service_environment(service) | {"MAILLAGE_HEALTH_PORT": str(port)},
            ready=partial(answers, f"http://127.0.0.1:{port}/readyz"),
        )

    def _relay(self, service: str) -> Program:
        return Program(
            name=relay_of(service),
            wave=SERVICES_AND_ISSUER,
            command=[sys.executable, "-m", "services.backbone.relay", service],
            environment=self.relay_environment(service),
        )

    def _issuer(self) -> Program:
        return Program(
            name="issuer",
            wave=SERVICES_AND_ISSUER,
            command=[sys.executable, "-m", "deploy.local.issuer"],
            environment=self.environment()
            | {
                "MAILLAGE_ISSUER_URL": self.issuer_url,
                "MAILLAGE_ISSUER_PORT": str(self.settings.port("ISSUER")),
                "MAILLAGE_ISSUER_KEY": str(self.folder / "keys" / "issuer.pem"),
                "MAILLAGE_AUDIENCE": AUDIENCE,
            },
            ready=partial(answers, f"{self.issuer_url}/.well-known/openid-configuration"),
        )

    def _gateway(self) -> Program:
        return Program(
            name="gateway",
            wave=EDGE,
            command=[sys.executable, "-m", "gateway"],
            environment=self.environment()
            | {
                "MAILLAGE_AMQP_URL": self.broker.url(self._broker_account("gateway")),
                "MAILLAGE_GATEWAY_HOST": "127.0.0.1",
                "MAILLAGE_GATEWAY_PORT": str(self.settings.port("GATEWAY")),
                "MAILLAGE_PUBLIC_URL": self.url,
                "MAILLAGE_ALLOWED_ORIGINS": f"{self.url},http://localhost:{self.settings.port('GATEWAY')}",
                "MAILLAGE_ISSUER_URL": self.issuer_url,
                "MAILLAGE_AUDIENCE": AUDIENCE,
                "MAILLAGE_PASSPORT_PRIVATE_KEY": str(self.folder / "keys" / "passport.pem"),
                "MAILLAGE_PASSPORT_PUBLIC_KEY": str(self.folder / "keys" / "passport.pub.pem"),
            },
            ready=partial(answers, f"{self.url}/readyz"),
        )

    def _broker_account(self, name: str) -> rabbitmq.Account:
        return rabbitmq.Account(name=name, password=self.settings.password(f"broker/{name}"))


def answers(url: str) -> bool:
    """Whether a page on this machine is there and says 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as page:
            return bool(page.status == 200)
    except (OSError, urllib.error.URLError):
        return False
