"""What each process may do on the broker, and what stands there before any process comes.

Who may declare a thing may also delete it, so a process may declare its own queues and nothing else; exchanges and the
queues of what was set aside are in the broker's definitions. Rights are patterns of whole names, a name that ends with
``*`` being all that begin so. To bind a queue of one's own, one must write to it and read from the exchange; to declare
it with a way for dead letters, one must write to that exchange.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kombu import Exchange, Queue

from deploy.local.settings import SERVICES
from services.backbone.envelope import exchange_of, letterbox_of
from services.backbone.senders import CLI, GATEWAY, relay_of
from services.backbone.topology import DEAD, DEAD_QUEUE, RPC, UNROUTED, UNROUTED_QUEUE, WATERMARKS, facts_exchange

#: Whose facts each service reacts to.
FOLLOWED = {
    "people": ("incubator", "coalitions", "events", "journal"),
    "incubator": ("people", "coalitions", "events"),
    "coalitions": ("people", "incubator", "coalitions", "events"),
    "events": ("people", "incubator", "coalitions"),
    "journal": SERVICES,
}
#: Whose facts the gateway shows.
SHOWN = ("people", "incubator", "coalitions", "events")
#: What services ask each other, beside the gateway and the operator who ask everything.
ASKED = {"events": ("people.contacts_by_ids",)}

DEFAULT_EXCHANGE = "amq.default"
NOBODY = "(?!)"


def whole(*names: str) -> str:
    """The pattern of these names and no other."""
    return f"^({'|'.join(re.escape(name.removesuffix('*')) + '.*' * name.endswith('*') for name in names)})$"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Routing keys of one exchange that an account may write, and bind its queues to."""

    write: str = NOBODY
    read: str = NOBODY


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What one account may configure, write and read, and with which keys where not with every key."""

    configure: str = NOBODY
    write: str = NOBODY
    read: str = NOBODY
    keys: Mapping[str, Keys] = field(default_factory=dict)


def of_service(service: str) -> Rights:
    """It answers calls and finds facts in two queues of its own."""
    asked = ASKED.get(service, ())
    own = [f"rpc-{service}", letterbox_of(service), *([_answers(service)] if asked else [])]
    answering = [_answers(one) for one in (GATEWAY, CLI, *ASKED)]
    return Rights(
        configure=whole(*own),
        write=whole(*own, RPC.name, DEAD.name),
        read=whole(*own, RPC.name, *map(exchange_of, FOLLOWED[service])),
        keys={
            RPC.name: Keys(
                write=whole(*answering, *asked), read=whole(f"{service}.*", *([_answers(service)] if asked else []))
            ),
            # It may say that its dead letters go there; to lay one there is the broker's.
            DEAD.name: Keys(),
        },
    )


def of_relay(service: str) -> Rights:
    """It tells its service's facts, and how far it has come."""
    return Rights(
        write=whole(exchange_of(service), WATERMARKS.name), keys={WATERMARKS.name: Keys(write=whole(service))}
    )


def of_gateway() -> Rights:
    """It calls every method of every service, and hears what is told."""
    own = _answers(GATEWAY), f"facts.{GATEWAY}-*"
    return Rights(
        configure=whole(*own),
        write=whole(*own, RPC.name),
        read=whole(*own, RPC.name, WATERMARKS.name, *map(exchange_of, SHOWN)),
        keys={RPC.name: Keys(write=CALLED, read=whole(_answers(GATEWAY)))},
    )


def of_cli() -> Rights:
    """It calls as the gateway does, takes out what was set aside, and sends it back to where it came from."""
    own = _answers(CLI)
    return Rights(
        configure=whole(own),
        write=whole(own, RPC.name, DEFAULT_EXCHANGE, *map(exchange_of, SERVICES)),
        read=whole(own, RPC.name, DEAD_QUEUE.name, UNROUTED_QUEUE.name),
        keys={RPC.name: Keys(write=CALLED, read=whole(own))},
    )


def _answers(name: str) -> str:
    """The queues in which a process finds its answers."""
    return f"rpc.reply-{name}-*"


#: A method of a service, such as ``people.sign_in``.
CALLED = rf"^({'|'.join(SERVICES)})\.[a-z_]+$"

#: By the name of the process, which is that of its account.
RIGHTS: Mapping[str, Rights] = {
    **{service: of_service(service) for service in SERVICES},
    **{relay_of(service): of_relay(service) for service in SERVICES},
    GATEWAY: of_gateway(),
    CLI: of_cli(),
}


def definitions(vhost: str, rights: Mapping[str, Rights] = RIGHTS) -> dict[str, list[dict[str, object]]]:
    """A virtual host with its furniture and everybody's rights, in the form that the broker loads."""
    return {
        "vhosts": [{"name": vhost}],
        "permissions": [
            {"user": name, "vhost": vhost, "configure": one.configure, "write": one.write, "read": one.read}
            for name, one in rights.items()
        ],
        "topic_permissions": [
            {"user": name, "vhost": vhost, "exchange": exchange, "write": keys.write, "read": keys.read}
            for name, one in rights.items()
            for exchange, keys in one.keys.items()
        ],
        "exchanges": [_exchange(one) | {"vhost": vhost} for one in _exchanges()],
        "queues": [_queue(one) | {"vhost": vhost} for one in (UNROUTED_QUEUE, DEAD_QUEUE)],
        "bindings": [_binding(one) | {"vhost": vhost} for one in (UNROUTED_QUEUE, DEAD_QUEUE)],
    }


def _exchanges() -> Iterator[Exchange]:
    yield from (RPC, UNROUTED, DEAD, WATERMARKS)
    yield from map(facts_exchange, SERVICES)


def _exchange(exchange: Exchange) -> dict[str, object]:
    return {
        "name": exchange.name,
        "type": exchange.type,
        "durable": exchange.durable,
        "auto_delete": exchange.auto_delete,
        "internal": False,
        "arguments": exchange.arguments or {},
    }


def _queue(queue: Queue) -> dict[str, object]:
    return {
        "name": queue.name,
        "durable": queue.durable,
        "auto_delete": queue.auto_delete,
        "arguments": queue.queue_arguments or {},
    }


def _binding(queue: Queue) -> dict[str, object]:
    return {
        "source": queue.exchange.name,
        "destination": queue.name,
        "destination_type": "queue",
        "routing_key": queue.routing_key,
        "arguments": {},
    }
