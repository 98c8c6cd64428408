"""A service on plain nameko, as its documentation shows it: ``python -m tests.backbone.traps.plain NAME``."""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from nameko.events import event_handler  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from nameko.standalone.events import event_dispatcher  # noqa: E402


def say(event, **what):
    print(json.dumps({"event": event, **what}), file=sys.stderr, flush=True)


class Context:
    """Shows what a handler is told about its caller."""


class Plain:
    name = sys.argv[1]

    @event_handler("elsewhere", "thing.told")
    def on_told(self, payload):
        say("handling", number=payload["number"])
        time.sleep(payload.get("seconds", 0))
        if payload.get("fails"):
            raise RuntimeError("the disk is on fire")
        say("handled", number=payload["number"])

    @rpc
    def kind_of(self, value):
        return type(value).__name__

    @rpc
    def slowly(self, number, seconds):
        say("working", number=number)
        time.sleep(seconds)
        say("worked", number=number)
        return number


if __name__ == "__main__":
    config = {"AMQP_URI": os.environ["MAILLAGE_AMQP_URL"], "max_workers": int(os.environ.get("WORKERS", "10"))}
    if sys.argv[2:] == ["dispatch"]:
        with_nobody_bound = event_dispatcher(config)
        with_nobody_bound("elsewhere", "nobody.listens", {"number": 1})
        say("dispatched")
        sys.exit()
    runner = ServiceRunner(config)
    runner.add_service(Plain)
    runner.start()
    say("started")
    runner.wait()
