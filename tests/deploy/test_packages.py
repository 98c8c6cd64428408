from pathlib import Path

import pytest

from deploy.local import packages


def test_a_system_without_apt_is_told_the_ways_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(packages.PackagesError, match=r"(?s)no apt-get.*as root: apt-get install.*make compose"):
        packages.fetch("rabbitmq-server", tmp_path / "programs")
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_does_not_exist_leaves_nothing_half_done(tmp_path: Path) -> None:
    with pytest.raises(packages.PackagesError, match="neither installed nor"):
        packages.fetch("no-such-package-of-maillage", tmp_path / "programs")
    assert not (tmp_path / "programs").exists()
