"""A service on plain nameko, as its documentation shows it: ``python -m tests.backbone.traps.plain NAME``."""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from nameko.events import event_handler  # noqa: E402
from nameko.rpc import RpcProxy, rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from nameko.standalone.events import event_dispatcher  # noqa: E402


def say(event, **what):
    print(json.dumps({"event": event, **what}), file=sys.stderr, flush=True)


class Plain:
    name = sys.argv[1]
    back = RpcProxy("back")
    loops = 0

    @event_handler("elsewhere", "thing.told")
    def on_told(self, payload):
        if not isinstance(payload, dict):
            say("handling", kind=type(payload).__name__)
            return
        say("handling", number=payload["number"])
        time.sleep(payload.get("seconds", 0))
        if payload.get("fails"):
            raise RuntimeError("the disk is on fire")
        say("handled", number=payload["number"])

    @event_handler("elsewhere", "thing.looped", requeue_on_error=True)
    def on_looped(self, payload):
        Plain.loops += 1
        if Plain.loops < payload["loops"]:
            raise RuntimeError("the disk is on fire")
        say("looped", times=Plain.loops)

    @rpc
    def kind_of(self, value):
        return type(value).__name__

    @rpc
    def leak(self):
        raise RuntimeError("secret dsn=postgresql://admin:hunter2@db", {"token": "hunter2"})

    @rpc
    def slowly(self, number, gate):
        say("working", number=number)
        while not os.path.exists(gate):
            time.sleep(0.05)
        say("worked", number=number)
        return number

    @rpc
    def ask_back(self, number):
        say("asking", number=number)
        answer = self.back.slowly(number, "/")
        say("answered", number=number)
        return answer


def dispatch(config, **options):
    """Dispatch an event outside a service and say how it went."""
    say("dispatching")
    try:
        event_dispatcher(config, **options)("elsewhere", sys.argv[3], {"number": int(sys.argv[4])})
        say("dispatched")
    except Exception as error:
        say("not dispatched", error=type(error).__name__)


if __name__ == "__main__":
    config = {
        "AMQP_URI": os.environ["MAILLAGE_AMQP_URL"],
        "HEARTBEAT": int(os.environ.get("MAILLAGE_HEARTBEAT", "10")),
        "max_workers": int(os.environ.get("MAILLAGE_WORKERS", "10")),
    }
    if sys.argv[2:3] == ["dispatch"]:
        within = os.environ.get("CONFIRM_WITHIN")
        dispatch(config, **({"confirm_timeout": float(within)} if within else {}))
        sys.exit()
    runner = ServiceRunner(config)
    runner.add_service(Plain)
    runner.start()
    say("started")
    runner.wait()
