"""The lock files hold pinned, hashed packages and name no address."""

from __future__ import annotations

from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_file_has_no_address_and_every_package_a_hash(name: str) -> None:
    text = (PACKAGING / name).read_text()
    assert "://" not in text
    packages = [block for block in text.replace("\\\n", " ").splitlines() if block.strip()]
    assert len(packages) > 20
    for package in packages:
        assert "==" in package
        assert "--hash=sha256:" in package


def test_pyside_is_below_the_crashing_release_on_python_3_11() -> None:
    lines = (PACKAGING / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if line.startswith("pyside6-essentials==") and "< '3.12'" in line]
    assert [pin.split()[0] for pin in pins] == ["pyside6-essentials==6.11.3"]
