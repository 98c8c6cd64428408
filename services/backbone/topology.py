"""The broker's furniture: who tells facts where, who finds them where, and where what cannot be handled is set aside.

Everybody declares what they use, with the same arguments, so that processes may start in any order.
"""

from __future__ import annotations

from typing import Any

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
    """The queue of a service's calls, under the name and exchange of nameko's own wire format.

    A full queue refuses at once: the caller hears UNAVAILABLE instead of waiting.
    """
    return Queue(
        f"rpc-{service}",
        Exchange("nameko-rpc", type="topic", durable=True),
        routing_key=f"{service}.*",
        durable=True,
        queue_arguments={
            "x-max-length": 5000,
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": DEAD.name,
        },
    )


def declare_common(channel: Any) -> None:
    """Declare what belongs to nobody in particular."""
    for queue in (UNROUTED_QUEUE, DEAD_QUEUE):
        queue(channel).declare()
