"""What the gateway counts. Labels never hold ids, texts or anything that a caller chooses."""

from __future__ import annotations

import sys

from prometheus_client import Counter, Gauge, Histogram

TIMES = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

CALLS = Histogram(
    "maillage_gateway_calls_seconds", "Calls to the services.", ["service", "method", "outcome"], buckets=TIMES
)
REQUESTS = Histogram(
    "maillage_gateway_requests_seconds", "HTTP requests, but for kept answers.", ["route", "status"], buckets=TIMES
)
REFUSED = Counter("maillage_gateway_refused_total", "Requests refused before they were executed.", ["reason"])
STRAY_ANSWERS = Counter("maillage_gateway_stray_answers_total", "Answers that nobody waited for.")
FACTS = Counter("maillage_gateway_facts_total", "Facts that arrived, by how they were read.", ["outcome"])
FOLLOWERS = Gauge("maillage_gateway_followers", "Open subscriptions to the stream of facts.")
SOCKETS = Gauge("maillage_gateway_sockets", "Open WebSockets.")
TASKS = Gauge("maillage_gateway_tasks", "Tasks of the event loop.")
BLOCKS = Gauge("maillage_gateway_memory_blocks", "Blocks of memory that Python's objects are in.")
BLOCKS.set_function(sys.getallocatedblocks)
DROPPED = Counter("maillage_gateway_followers_dropped_total", "Subscriptions ended by the gateway.", ["reason"])
LOOP_LAG = Gauge("maillage_gateway_loop_lag_seconds", "How late the event loop woke, at worst of late (a minute).")

TOGETHER = Counter(
    "maillage_gateway_together_total", "Calls and requests answered with another's that was the same.", ["what"]
)

REMEMBERED = Counter(
    "maillage_gateway_remembered_total",
    "Questions of nobody in particular, by where the answer came from.",
    ["outcome"],
)
#: From memory; not kept; kept, but facts are late.
HIT, MISSED, LATE = (REMEMBERED.labels(outcome) for outcome in ("hit", "missed", "late"))
FORGOTTEN = Counter("maillage_gateway_forgotten_total", "Answers dropped from memory, by why.", ["reason"])
REMEMBERED_BYTES = Gauge("maillage_gateway_remembered_bytes", "Memory that kept answers take, in bytes.")
REMEMBERED_ANSWERS = Gauge("maillage_gateway_remembered_answers", "Answers that are kept.")
FACTS_BEHIND = Gauge(
    "maillage_gateway_facts_behind_seconds",
    "By how much a service's facts may be behind; +Inf: not known.",
    ["service"],
)
