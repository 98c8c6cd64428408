"""The broker's furniture: who tells facts where, who finds them where, and where what cannot be handled is set aside.

A process declares its own queues. What belongs to nobody in particular stands in the broker's definitions
(deploy/local/rights.py), since who may declare an exchange may also delete it; it is declared here only where it is not
there yet, with the same arguments, so that processes may start in any order on a broker that nobody prepared.
"""

from __future__ import annotations

from typing import Any

from amqp.exceptions import NotFound
from kombu import Exchange, Queue, binding

from services.backbone.envelope import exchange_of, letterbox_of

#: Facts that nobody is bound to are kept here and counted.
UNROUTED = Exchange("unrouted", type="fanout", durable=True)
UNROUTED_QUEUE = Queue("unrouted", UNROUTED, durable=True, queue_arguments={"x-max-length": 100_000})

#: Messages that cannot be read or that killed who read them, with the broker's own record of why (x-death).
DEAD = Exchange("dead", type="topic", durable=True)
DEAD_QUEUE = Queue("dead", DEAD, routing_key="#", durable=True)

#: Where relays say how far they have come. Who is not there to hear it has no use for it later: nothing is kept.
WATERMARKS = Exchange("watermarks", type="topic", durable=True)

#: Where calls and their answers go, under the name of nameko's own wire format.
RPC = Exchange("nameko-rpc", type="topic", durable=True)

#: How often the broker hands out a message whose reader died before it is set aside.
DELIVERY_LIMIT = 20


def facts_exchange(service: str) -> Exchange:
    """Where a service tells its facts: topic, routing key = the fact's type."""
    return Exchange(exchange_of(service), type="topic", durable=True, arguments={"alternate-exchange": UNROUTED.name})


def letterbox_queue(service: str, sources: dict[str, set[str]]) -> Queue:
    """The one queue in which a service finds facts: all facts of the kinds of things that it follows.

    ``sources`` maps a service to kinds (``{"incubator": {"project"}}``). All of a kind are bound, since a gap in a
    thing's sequence can only be seen by who is told of every number. The kind ``#`` is all kinds.
    """
    bindings = [
        binding(facts_exchange(source), routing_key="#" if kind == "#" else f"{kind}.#")
        for source, kinds in sorted(sources.items())
        for kind in sorted(kinds)
    ]
    return Queue(
        letterbox_of(service),
        bindings=bindings,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD.name,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def calls_queue(service: str) -> Queue:
    """The queue of a service's calls, under the name of nameko's own wire format.

    A full queue refuses at once: the caller hears UNAVAILABLE instead of waiting.
    """
    return Queue(
        f"rpc-{service}",
        RPC,
        routing_key=f"{service}.*",
        durable=True,
        queue_arguments={
            "x-max-length": 5000,
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": DEAD.name,
        },
    )


def declare_common(channel: Any) -> None:
    """See to it that what belongs to nobody in particular is there."""
    for queue in (UNROUTED_QUEUE, DEAD_QUEUE):
        if not _stands(channel, queue):
            queue(channel).declare()


def declare_exchange(channel: Any, exchange: Exchange) -> None:
    """See to it that an exchange is there."""
    if not _stands(channel, exchange):
        exchange(channel).declare()


def declare_queue(channel: Any, queue: Queue) -> None:
    """Declare a queue of one's own, and bind it."""
    bindings = queue.bindings or [binding(queue.exchange, queue.routing_key)]
    for one in bindings:
        declare_exchange(channel, one.exchange)
    mine = queue(channel)
    mine.queue_declare()
    for one in bindings:
        mine.bind_to(one.exchange, one.routing_key)


def _stands(channel: Any, thing: Exchange | Queue) -> bool:
    """Whether a thing is there. To look needs no right; but the broker closes the channel of who looks in vain."""
    with channel.connection.channel() as looking:
        try:
            found = thing(looking)
            look = found.queue_declare if isinstance(found, Queue) else found.declare
            look(passive=True)
        except NotFound:
            return False
    return True
