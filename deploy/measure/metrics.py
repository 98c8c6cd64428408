"""What the processes count about themselves: sums and counts of their ``/metrics`` pages."""

from __future__ import annotations

import urllib.request
from collections import defaultdict
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from deploy.local.stack import Stack


@dataclass(frozen=True)
class Spent:
    """Seconds, and how often, of one histogram, all labels that were asked for together."""

    seconds: float
    times: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.seconds + other.seconds, self.times + other.times)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.seconds - other.seconds, self.times - other.times)

    @property
    def mean(self) -> float:
        return self.seconds / self.times


def of_gateway(network: Stack, histogram: str, **labels: str) -> Spent:
    """A histogram of the gateway so far."""
    return _read(f"{network.plan().url}/metrics", histogram, labels)


def of_service(network: Stack, service: str, histogram: str, **labels: str) -> Spent:
    """A histogram of a service so far, all its processes together."""
    settings = network.plan().settings
    ports = [settings.health_port(instance) for instance in settings.instances(service)]
    return sum((_read(f"http://127.0.0.1:{port}/metrics", histogram, labels) for port in ports), Spent(0, 0))


def _read(url: str, histogram: str, labels: dict[str, str]) -> Spent:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as page:
        text = page.read().decode()
    found: dict[str, float] = defaultdict(float)
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if family.name == histogram and labels.items() <= sample.labels.items():
                found[sample.name.removeprefix(histogram)] += sample.value
    return Spent(found["_sum"], found["_count"])
