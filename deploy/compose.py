"""Makes the secrets of the network in containers: passwords, keys and each process's settings.

`python -m deploy.compose FOLDER`: the first container of docker-compose.yml runs it, into a volume that the others
read. The secret and the keys stay once made, so that data keeps its passwords.
"""

import json
import secrets
import shlex
import sys
from pathlib import Path

from deploy.local import keys, rabbitmq
from deploy.local.plan import AUDIENCE
from deploy.local.rights import RIGHTS
from deploy.local.settings import SERVICES, LocalSettings
from services.backbone.senders import relay_of

ISSUER = "http://127.0.0.1:8090"
GATEWAY_PORT = 8080
HEALTH_PORT = 9000
BROKER = """load_definitions = /run/maillage/definitions.json
log.console = true
log.connection.level = warning
"""


def read_or_make_secret(folder: Path) -> LocalSettings:
    """The secret that all passwords are made from."""
    path = folder / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return LocalSettings(folder, {"SECRET": path.read_text()})


def environments(settings: LocalSettings) -> dict[str, dict[str, str]]:
    """What each container is told, by the name of its part."""
    databases = {
        service: f"postgresql+psycopg://{service}:{settings.password(f'database/{service}')}@postgres:5432/{service}"
        for service in SERVICES
    }
    common = {"MAILLAGE_MODE": "local", "MAILLAGE_LOG_FORMAT": "json"}
    told = {
        service: common
        | {
            "MAILLAGE_AMQP_URL": broker_url(settings, service),
            "MAILLAGE_DATABASE_URL": databases[service],
            "MAILLAGE_HEALTH_PORT": str(HEALTH_PORT),
            "MAILLAGE_PASSPORT_PUBLIC_KEY": "/run/maillage/passport.pub.pem",
        }
        for service in SERVICES
    }
    for service in SERVICES:
        told[relay_of(service)] = common | {
            "MAILLAGE_AMQP_URL": broker_url(settings, relay_of(service)),
            "MAILLAGE_DATABASE_URL": databases[service],
        }
    told["people"]["MAILLAGE_SERVICE_KEYS"] = "/run/maillage/services"
    told["events"] |= {
        "MAILLAGE_PUBLIC_URL": f"http://127.0.0.1:{GATEWAY_PORT}",
        "MAILLAGE_SERVICE_KEY": "/run/maillage/events.pem",
    }
    told["migrations"] = {
        "MAILLAGE_ADMIN_DATABASE_URL": f"postgresql://postgres:{settings.password('postgres')}@postgres:5432/postgres",
        **{f"MAILLAGE_DATABASE_URL_{service.upper()}": url for service, url in databases.items()},
    }
    told["gateway"] = common | {
        "MAILLAGE_AMQP_URL": broker_url(settings, "gateway"),
        "MAILLAGE_GATEWAY_HOST": "0.0.0.0",
        "MAILLAGE_GATEWAY_PORT": str(GATEWAY_PORT),
        "MAILLAGE_PUBLIC_URL": f"http://127.0.0.1:{GATEWAY_PORT}",
        "MAILLAGE_ALLOWED_ORIGINS": f"http://127.0.0.1:{GATEWAY_PORT},http://localhost:{GATEWAY_PORT}",
        "MAILLAGE_ISSUER_URL": ISSUER,
        "MAILLAGE_AUDIENCE": AUDIENCE,
        "MAILLAGE_PASSPORT_PRIVATE_KEY": "/run/maillage/passport.pem",
    }
    told["demonstration"] = common | {
        "MAILLAGE_AMQP_URL": broker_url(settings, "cli"),
        "MAILLAGE_ISSUER_URL": ISSUER,
        "MAILLAGE_PASSPORT_PRIVATE_KEY": "/run/maillage/passport.pem",
    }
    told["issuer"] = common | {
        "MAILLAGE_ISSUER_URL": ISSUER,
        "MAILLAGE_ISSUER_KEY": "/run/maillage/issuer.pem",
        "MAILLAGE_AUDIENCE": AUDIENCE,
    }
    return told


def broker_url(settings: LocalSettings, account: str) -> str:
    """The broker's address for one of its accounts."""
    return f"amqp://{account}:{settings.password(f'broker/{account}')}@rabbitmq:5672/{rabbitmq.VHOST}"


def make(folder: Path) -> None:
    """Write every file that the containers read."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = read_or_make_secret(folder)
    for name, values in environments(settings).items():
        path = folder / f"{name}.env"
        path.write_text("".join(f"{key}={shlex.quote(value)}\n" for key, value in values.items()))
    accounts = [rabbitmq.Account(name=name, password=settings.password(f"broker/{name}")) for name in RIGHTS]
    mounted = {
        "definitions.json": json.dumps(rabbitmq.definitions(accounts, RIGHTS), indent=1),
        "broker/20-maillage.conf": BROKER,
        "postgres_password": settings.password("postgres"),
    }
    for name in ("broker", "services"):
        (folder / name).mkdir(exist_ok=True)
    for name, text in mounted.items():
        (folder / name).write_text(text)
    for name in ("passport", "issuer"):
        keys.make_pair(folder / f"{name}.pem", folder / f"{name}.pub.pem")
    keys.make_pair(folder / "events.pem", folder / "services" / "events.pub.pem")
    # Each container's user has another number than the files' owner; nobody but them sees the volume.
    for name in ("passport.pem", "issuer.pem", "events.pem"):
        (folder / name).chmod(0o644)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
