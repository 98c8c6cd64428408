"""A short run of the fault suite with a seed of its own, and one on a backbone without its inbox, which must fail.

Asked for by name: ``pytest tests/faults/short_run.py``.
"""

from tests.faults.run import run


def test_a_minute_of_faults_loses_nothing_and_does_nothing_twice() -> None:
    report = run(seed=20260901, seconds=60)
    print(report)
    assert report.findings.wrong == []
    assert len(report.strikes) >= 4
    assert report.findings.counts["acknowledged"] >= 50
    assert report.findings.counts["effects owed"] >= 10


def test_without_the_inbox_the_checker_sees_effects_that_are_there_twice() -> None:
    report = run(
        seed=5, seconds=20, only=("facts again, shuffled",), without="inbox", failpoints=False, drain_within=15
    )
    assert any("drafted" in sentence for sentence in report.findings.duplicated), str(report)
