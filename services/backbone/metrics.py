"""What a service counts about itself. Labels name methods, types and outcomes, never ids."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

CALLS = Histogram("maillage_call_seconds", "Calls answered, by method and outcome.", ["method", "outcome"])
FACTS = Counter("maillage_facts_received_total", "Facts received, by type and outcome.", ["type", "outcome"])
REDELIVERED = Counter("maillage_messages_redelivered_total", "Messages that came again, by queue.", ["queue"])
REPEATED = Counter("maillage_commands_repeated_total", "Commands answered from what was done before under their key.")
REFUSED_MESSAGES = Counter("maillage_messages_refused_total", "Messages set aside unread, by reason.", ["reason"])
JOBS = Counter("maillage_job_items_total", "Things that jobs took care of, by job.", ["job"])
LOOP_LAG = Gauge("maillage_loop_lag_seconds", "How late the event loop woke, at worst of late (a minute).")
OUTBOX_DEPTH = Gauge("maillage_outbox_unpublished", "Facts that have not left yet.")
OUTBOX_AGE = Gauge("maillage_outbox_oldest_seconds", "Age of the oldest fact that has not left yet.")
WAITING = Gauge("maillage_facts_waiting", "Received facts that wait, by reason (GAP, RETRY, DEAD).", ["reason"])
WAITING_AGE = Gauge("maillage_facts_waiting_oldest_seconds", "Age of the received fact that waits longest.", ["reason"])
QUEUES = Gauge(
    "maillage_queue_messages", "Messages ready in this service's queues and in dead and unrouted.", ["queue"]
)
POOL_USED = Gauge("maillage_pool_connections_used", "Database connections in use.")
