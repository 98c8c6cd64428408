"""What each account may do on the broker, and that the broker refuses it everything else.

One table says of every act who may do it; each account tries all of it. That the acts themselves are in order, and that
nothing but the rights refuses them, is shown by an account that may do everything.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import amqp
import pytest
from amqp.exceptions import AccessRefused, PreconditionFailed
from kombu import Connection

from deploy.local import servers
from deploy.local.rabbitmq import Account
from deploy.local.rights import ASKED, FOLLOWED, RIGHTS
from deploy.local.settings import SERVICES
from deploy.operations.connection import connect
from services.backbone.topology import calls_queue, declare_common, declare_queue, letterbox_queue

TRIAL = "trial"
RELAYS = {f"{service}-relay" for service in SERVICES}
CALLERS = {"gateway", "cli"}
LETTERBOX = {service: letterbox_queue(service, {of: {"thing"} for of in FOLLOWED[service]}) for service in SERVICES}

#: What an act does on a channel, in the name of an account.
Act = Callable[[Any, str], Any]


def tell(exchange: str, key: str, sender: str = "") -> Act:
    """Publish a message, in the account's own name unless another is given, and have it confirmed."""

    def act(channel: Any, account: str) -> None:
        channel.basic_publish_confirm(amqp.Message("", user_id=sender or account), exchange=exchange, routing_key=key)

    return act


def take(queue: str) -> Act:
    return lambda channel, _: channel.basic_get(queue, no_ack=True)


def empty(queue: str) -> Act:
    return lambda channel, _: channel.queue_purge(queue)


def listen(exchange: str, key: str) -> Act:
    """Bind a queue of the account's own."""

    def act(channel: Any, account: str) -> None:
        queue = own_queue(account)
        channel.queue_declare(queue, auto_delete=True, passive=account in SERVICES)
        channel.queue_bind(queue, exchange, key)

    return act


def make(queue: str) -> Act:
    return lambda channel, _: channel.queue_declare(queue, exclusive=True)


def drop(queue: str) -> Act:
    return lambda channel, _: channel.queue_delete(queue)


def drop_exchange(exchange: str) -> Act:
    return lambda channel, _: channel.exchange_delete(exchange)


def make_exchange(exchange: str) -> Act:
    return lambda channel, _: channel.exchange_declare(exchange, "fanout", auto_delete=False)


def own_queue(account: str) -> str:
    return f"rpc-{account}" if account in SERVICES else f"rpc.reply-{account}-{TRIAL}"


def acts() -> Iterator[tuple[str, Act, set[str]]]:
    """Every act, with who may do it."""
    for service in SERVICES:
        exchange, letterbox, calls = f"{service}.facts", f"{service}.letterbox", f"rpc-{service}"
        yield f"tell a fact of {service}", tell(exchange, "thing.told"), {f"{service}-relay", "cli"}
        yield f"call {service}", tell("nameko-rpc", f"{service}.things_by_ids"), CALLERS
        yield f"call a part of {service}", tell("nameko-rpc", f"{service}.things.delete"), set()
        yield f"say how far {service} has come", tell("watermarks", service), {f"{service}-relay"}
        yield f"write into the letterbox of {service}", tell("", letterbox), {"cli"}
        yield f"overhear calls of {service}", listen("nameko-rpc", f"{service}.*"), {service}
        hearing = {one for one, followed in FOLLOWED.items() if service in followed}
        hearing |= {"gateway"} if service != "journal" else set()
        yield f"hear {service}", listen(exchange, "#"), hearing
        for queue in (letterbox, calls):
            yield f"take from {queue}", take(queue), {service}
            yield f"empty {queue}", empty(queue), {service}
    for name in ("gateway", "cli", *ASKED):
        yield f"answer {name}", tell("nameko-rpc", f"rpc.reply-{name}-1"), set(SERVICES)
    for queue in ("dead", "unrouted"):
        yield f"take from {queue}", take(queue), {"cli"}
    for service, methods in ASKED.items():
        for method in methods:
            yield f"{service} asks {method}", tell("nameko-rpc", method), CALLERS | {service}
    yield "call nobody", tell("nameko-rpc", "nobody.list_things"), set()
    yield "answer somebody", tell("nameko-rpc", "rpc.reply-somebody-1"), set()
    yield "overhear all calls", listen("nameko-rpc", "#"), set()
    yield "hear of effects", listen("watermarks", "#"), {"gateway"}
    yield "lay a dead letter", tell("dead", "thing.told"), set()
    yield "lay an unrouted letter", tell("unrouted", "thing.told"), set()
    yield "make a queue of any name", make("anything"), set()
    yield "make an exchange", make_exchange("anything"), set()
    yield "let the gateway's answers go", make("rpc.reply-gateway-2"), {"gateway"}


def destructive_acts() -> Iterator[tuple[str, Act, set[str]]]:
    for service in SERVICES:
        yield f"delete the calls of {service}", drop(f"rpc-{service}"), {service}
        yield f"delete the letterbox of {service}", drop(f"{service}.letterbox"), {service}
        yield f"delete the facts of {service}", drop_exchange(f"{service}.facts"), set()
    for queue in ("dead", "unrouted"):
        yield f"delete {queue}", drop(queue), set()
    for exchange in ("nameko-rpc", "watermarks", "dead", "unrouted"):
        yield f"delete the exchange {exchange}", drop_exchange(exchange), set()


@dataclasses.dataclass(frozen=True)
class Place:
    """A virtual host in which everybody has their rights, and the trial account every right."""

    url: Callable[[str], str]

    def may(self, account: str, act: Act) -> bool:
        with closing(connect(self.url(account), confirm_publish=True)) as connection:
            return attempt(connection, account, act)


def attempt(connection: amqp.Connection, account: str, act: Act) -> bool:
    """Whether the broker let the account do it. A queue or an exchange that is not there fails the test."""
    try:
        with connection.channel() as channel:
            act(channel, account)
    except AccessRefused:
        return False
    return True


@pytest.fixture(scope="module")
def place(broker_url: str, servers_folder: Path) -> Iterator[Place]:
    trial = urlsplit(broker_url)
    node = servers.node_in(servers_folder)
    accounts = tuple(Account(name=name, password=f"{name}'s") for name in RIGHTS)
    with servers.fresh_vhost(broker_url, node, "rights") as anything_goes:
        vhost = anything_goes.rpartition("/")[2]
        dataclasses.replace(node, accounts=accounts, rights=RIGHTS).furnish(vhost)

        def url(account: str) -> str:
            return (
                anything_goes
                if account == TRIAL
                else f"amqp://{account}:{account}'s@{trial.netloc.rpartition('@')[2]}/{vhost}"
            )

        for service in SERVICES:
            furnish(url(service), service)
        yield Place(url)


def furnish(url: str, service: str) -> None:
    """What a service declares when it begins to consume."""
    with Connection(url) as connection:
        channel = connection.channel()
        declare_common(channel)
        for queue in (calls_queue(service), LETTERBOX[service]):
            declare_queue(channel, queue)


@pytest.mark.parametrize("account", RIGHTS)
def test_an_account_may_do_what_its_process_does_and_nothing_else(place: Place, account: str) -> None:
    with closing(connect(place.url(account), confirm_publish=True)) as connection:
        may = {name for name, act, _ in acts() if attempt(connection, account, act)}
        may |= {
            name for name, act, who in destructive_acts() if account not in who and attempt(connection, account, act)
        }
    assert may == {name for name, _, who in acts() if account in who}


@pytest.mark.parametrize("account", RIGHTS)
def test_an_account_speaks_in_its_own_name_only(place: Place, account: str) -> None:
    key = {"gateway": "people.sign_in", "cli": "people.sign_in"}.get(account, "rpc.reply-gateway-1")
    exchange, key = ("watermarks", account.removesuffix("-relay")) if account in RELAYS else ("nameko-rpc", key)
    assert place.may(account, tell(exchange, key))
    for other in RIGHTS.keys() - {account}:
        with pytest.raises(PreconditionFailed, match="user_id"):
            place.may(account, tell(exchange, key, sender=other))


def test_nothing_but_its_rights_keeps_an_account_from_any_of_it(place: Place) -> None:
    with closing(connect(place.url(TRIAL), confirm_publish=True)) as connection:
        for name, act, _ in acts():
            assert attempt(connection, TRIAL, act), name
        assert attempt(connection, TRIAL, tell("watermarks", "people", sender="people-relay"))
        for name, act, _ in destructive_acts():
            assert attempt(connection, TRIAL, act), name
    for service in SERVICES:
        furnish(place.url(TRIAL), service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_hears_those_to_whose_facts_it_reacts(service: str) -> None:
    module = import_module(f"services.{service}.service")
    [found] = [one for _, one in inspect.getmembers(module, inspect.isclass) if getattr(one, "name", None) == service]
    methods = inspect.getmembers(found, inspect.isfunction)
    reactions = [one for _, method in methods for one in getattr(method, "nameko_entrypoints", ())]
    assert {one.source for one in reactions if hasattr(one, "source")} == set(FOLLOWED[service])
