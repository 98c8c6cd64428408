"""A short run of the fault suite with a seed of its own, and one on a backbone without its memory of idempotency keys,
which must be seen to fail. The long runs are asked for: ``make faults``."""

from tests.faults.run import run


def test_a_minute_of_faults_loses_nothing_and_does_nothing_twice() -> None:
    report = run(seed=20260901, seconds=60)
    print(report)
    assert report.findings.wrong == []
    assert len(report.strikes) >= 4
    assert report.findings.counts["acknowledged"] >= 50
    assert report.findings.counts["effects owed"] >= 10


def test_without_the_memory_of_keys_the_checker_sees_what_was_done_twice() -> None:
    report = run(seed=5, seconds=10, only=("connections reset",), without="keys", sent_twice=0.5, drain_within=5)
    assert any(sentence.startswith("need ") for sentence in report.findings.duplicated), str(report)
