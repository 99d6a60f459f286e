"""Row of faults.md: "Any byte of an evidence pack changed, a file removed, added, reordered: verify names the item; exit
code ≠ 0"."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chekt_console import verify as verifier
from chekt_console.verify import ALTERED, INCOMPLETE, UNREADABLE, VALID, ed25519_holds, verify
from tests.support.evidence import ALARM, EvidenceWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

_MUTATIONS = 2_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An export of more than 20 files."""
    world = EvidenceWorld(tmp_path_factory.mktemp("pack"))
    for number in range(3):
        world.service.record_view(replace(ALARM, event_id=f"90{number}"))
    world.service.record_view(ALARM)
    events = [
        replace(ALARM, event_id=str(9001 + number), instant_ms=ALARM.instant_ms + number)
        for number in range(3)
    ]
    result = world.export(*events)
    yield result.path
    world.close()


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "pack"))


def test_an_export_is_valid_and_named_by_its_key(pack: Path) -> None:
    verdict = verify(pack)
    assert verdict.code == VALID, verdict.text()
    assert verdict.files >= 20
    assert verify(pack, verdict.key_sha256).code == VALID
    assert verify(pack, "0" * 64).code == ALTERED
    assert verify(pack / "nowhere").code == UNREADABLE


def test_what_is_removed_added_or_linked_is_named(pack: Path) -> None:
    clip = next(pack.glob("01/*.mp4"))
    clip.rename(pack / "elsewhere")
    verdict = verify(pack)
    assert verdict.code == INCOMPLETE
    assert clip.name in verdict.text()
    assert "elsewhere: added" in verdict.text()
    (pack / "elsewhere").rename(clip)
    os.symlink("/etc/hostname", pack / "01" / "more")
    (pack / "empty").mkdir()
    (pack / ".DS_Store").write_bytes(b"")
    verdict = verify(pack)
    assert verdict.code == ALTERED
    assert "01/more: added" in verdict.text()
    assert ".DS_Store: added after the export. File browsers write this one" in verdict.text()
    assert "empty/: added" in verdict.text()


def test_a_pack_signed_anew_by_another_key_is_told_by_the_fingerprint(pack: Path) -> None:
    expected = verify(pack).key_sha256
    forger = EvidenceWorld(pack.parent / "forger")
    forged = forger.export(ALARM)
    forger.close()
    assert verify(forged.path).code == VALID, "the person is told to compare the key"
    assert "Compare that key" in verify(forged.path).text()
    verdict = verify(forged.path, expected)
    assert verdict.code == ALTERED
    assert "public-key.pem: not the key that was expected" in verdict.text()


def test_a_reordered_or_edited_ledger_is_named(pack: Path) -> None:
    ledger = pack / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    assert len(lines) >= 2
    ledger.write_bytes(b"".join(reversed(lines)))
    text = verify(pack).text()
    assert "ledger.jsonl: altered" in text
    assert "reordered" in text
    entry = json.loads(lines[0])
    entry["body"] = entry["body"].replace("tester", "nobody")
    ledger.write_bytes(json.dumps(entry).encode() + b"\n" + b"".join(lines[1:]))
    assert "the text of entry" in verify(pack).text()
    ledger.write_bytes(b"".join([lines[0], *lines[2:]]))
    assert "removed, added or reordered" in verify(pack).text() or len(lines) == 2


def test_entries_about_other_events_are_hashes_only(pack: Path) -> None:
    told = (pack / "ledger.jsonl").read_text()
    assert "9001" in told
    assert '"900"' not in told
    assert '"902"' not in told


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _library_holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """A hundred times as fast as the verifier's own, which another test compares with it."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.slow
def test_every_bit_of_manifest_signature_and_key_counts(pack: Path) -> None:
    own = lru_cache(ed25519_holds)
    for name, holds in (("manifest.json", _library_holds), ("manifest.sig", own), ("public-key.pem", own)):
        data = (pack / name).read_bytes()
        for bit in range(len(data) * 8):
            (pack / name).write_bytes(_flip(data, bit))
            verdict = verify(pack, holds=holds)
            assert verdict.code == ALTERED, f"bit {bit} of {name}"
            assert name in verdict.text()
        (pack / name).write_bytes(data)
    assert verify(pack).code == VALID


@pytest.mark.slow
def test_every_bit_of_every_other_file_counts(pack: Path) -> None:
    """Changed in all files at once: each is judged for itself, and each is named."""
    holds = lru_cache(ed25519_holds)
    texts = {
        path: path.read_bytes()
        for path in sorted(pack.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", "manifest.sig", "public-key.pem")
    }
    assert len(texts) >= 20
    for bit in range(8 * max(map(len, texts.values()))):
        changed = {path: data for path, data in texts.items() if bit < 8 * len(data)}
        for path, data in changed.items():
            path.write_bytes(_flip(data, bit))
        verdict = verify(pack, holds=holds)
        assert verdict.code == ALTERED
        named = {finding for finding in verdict.findings if finding.endswith(": altered.")}
        assert named == {f"{path.relative_to(pack).as_posix()}: altered." for path in changed}, f"bit {bit}"
        for path, data in changed.items():
            if bit + 1 >= 8 * len(data):
                path.write_bytes(data)
    assert verify(pack).code == VALID


def test_every_byte_of_a_long_clip_counts(tmp_path: Path) -> None:
    """The first and last one and those around the edges at which it is read."""
    world = EvidenceWorld(tmp_path)
    block = 1024 * 1024
    padding = 2 * block + 77
    with world.clip.open("ab") as stream:
        stream.write(padding.to_bytes(4, "big") + b"free" + bytes(padding - 8))
    pack = world.export(ALARM).path
    world.close()
    assert verify(pack).code == VALID
    clip = next(pack.glob("01/*.mp4"))
    size = clip.stat().st_size
    assert size > 2 * block
    with clip.open("r+b") as stream:
        for at in (0, 1, block - 1, block, 2 * block - 1, 2 * block, size - 1):
            stream.seek(at)
            byte = stream.read(1)[0]
            for changed in (byte ^ 1, byte ^ 128, byte):
                stream.seek(at)
                stream.write(bytes([changed]))
                stream.flush()
                verdict = verify(pack)
                assert verdict.findings == ([f"01/{clip.name}: altered."] if changed != byte else []), at


@pytest.mark.slow
def test_mutations_are_all_caught_and_named(pack: Path) -> None:
    """Of every file: cut ends, added bytes, files removed, added, exchanged; the same signature is not computed twice."""
    holds = lru_cache(ed25519_holds)
    chance = random.Random(7)
    files = [path for path in sorted(pack.rglob("*")) if path.is_file()]
    assert len(files) >= 20
    texts = {path: path.read_bytes() for path in files}
    for number in range(_MUTATIONS):
        # Each file in turn, so that small ones are changed as often as the clip.
        path = files[number % len(files)]
        data = texts[path]
        name = path.relative_to(pack).as_posix()
        match chance.choice(("cut", "more", "removed", "added", "exchanged")):
            case "cut":
                path.write_bytes(data[: chance.randrange(len(data))])
            case "more":
                path.write_bytes(data + chance.randbytes(1))
            case "removed":
                path.unlink()
            case "added":
                name = f"{name}.more"
                (pack / name).write_bytes(b"")
            case "exchanged":
                other = next(
                    one
                    for one in (files[number % len(files) - 1], files[number % len(files) - 2])
                    if texts[one] != data
                )
                path.write_bytes(texts[other])
        verdict = verify(pack, holds=holds)
        assert verdict.code != VALID, f"{number}: {name}"
        assert name in verdict.text(), verdict.text()
        (pack / f"{name}").unlink(missing_ok=True)
        path.write_bytes(data)
    assert verify(pack).code == VALID


@pytest.mark.parametrize(
    "line",
    [
        b'{"number":1e999,"previous":"","body_sha256":"","hash":""}',
        b'{"number":1,"previous":"\\ud800","body_sha256":"\\ud800","hash":"","body":"\\ud800"}',
        b'{"number":1,"previous":[],"body_sha256":{},"hash":null,"body":7}',
        b"[" * 100_000,
        b'{"number":"' + b"9" * 10_000 + b'"}',
        b"\xff\xfe",
        b"[]",
        b"null",
    ],
)
def test_a_hostile_pack_is_judged_and_never_an_accident(pack: Path, line: bytes) -> None:
    for name in ("ledger.jsonl", "manifest.json", "public-key.pem", "manifest.sig"):
        data = (pack / name).read_bytes()
        (pack / name).write_bytes(line + b"\n")
        verdict = verify(pack, holds=None if name == "manifest.sig" else lambda *_: True)
        assert verdict.code != VALID
        assert "\x1b" not in verdict.text()
        (pack / name).write_bytes(data)
    named = pack / "01" / "a\x1b[31m\u202e"
    named.write_bytes(b"")
    assert "a?[31m?: added" in verify(pack).text()
    manifest = json.loads((pack / "manifest.json").read_bytes())
    manifest["files"].append({"path": "../../etc/passwd", "size": 1, "sha256": ""})
    (pack / "manifest.json").write_text(json.dumps(manifest))
    assert "../../etc/passwd: missing" in verify(pack, holds=lambda *_: True).text(), "never opened"


def test_signatures_are_judged_as_a_known_library_judges_them() -> None:
    chance = random.Random(3)
    for number in range(40):
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        message = chance.randbytes(number)
        signature = private.sign(message)
        assert ed25519_holds(public, signature, message)
        changed = _flip(signature, chance.randrange(512))
        with pytest.raises(InvalidSignature):
            private.public_key().verify(changed, message)
        assert not ed25519_holds(public, changed, message)
        assert not ed25519_holds(public, signature, message + b"!")
    order = 2**252 + 27742317777372353535851937790883648493
    moved = int.from_bytes(signature[32:], "little") + order
    assert not ed25519_holds(public, signature[:32] + moved.to_bytes(32, "little"), message), (
        "one signature, one form"
    )


def test_it_runs_alone_as_one_copied_file(pack: Path, tmp_path: Path) -> None:
    """Without the package, site packages or anything beside it."""
    alone = shutil.copy(verifier.__file__, tmp_path / "check.py")
    command = [sys.executable, "-I", "-S", alone, str(pack)]
    good = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert good.returncode == VALID, good.stderr
    assert good.stdout.startswith("VALID")
    (pack / "README.txt").write_bytes(b"")
    bad = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert bad.returncode == ALTERED
    assert "README.txt: altered" in bad.stdout


@pytest.mark.skipif(
    not all(map(shutil.which, ("openssl", "sha256sum", "sh"))), reason="the tools of the walk are not here"
)
def test_the_instructions_of_the_export_work_as_they_are_written(pack: Path) -> None:
    readme = (pack / "README.txt").read_text()
    commands = re.findall(r"^   \$ (.*)$", readme, re.M)
    assert len(commands) == 5

    def walk() -> list[tuple[int, str]]:
        ended = [
            subprocess.run(["sh", "-c", one], cwd=pack, capture_output=True, text=True, check=False)
            for one in commands
        ]
        return [(one.returncode, one.stdout) for one in ended]

    signed, listed, sums, added, fingerprint = walk()
    assert signed == (0, "Signature Verified Successfully\n")
    assert listed == (0, "The list of sums is the signed one\n")
    assert sums[0] == 0
    assert added == (0, "No file was added\n")
    assert fingerprint[1].split()[0] == verify(pack).key_sha256
    assert verify(pack).key_sha256 in readme
    manifest = (pack / "manifest.json").read_bytes()
    (pack / "manifest.json").write_bytes(manifest.replace(b'"size":', b'"size": ', 1))
    assert walk()[0][0] != 0
    (pack / "manifest.json").write_bytes(manifest)
    clip = next(pack.glob("01/*.mp4"))
    clip.write_bytes(_flip(clip.read_bytes(), 77))
    assert f"{clip.relative_to(pack)}: FAILED" in walk()[2][1]
    (pack / "more").write_bytes(b"")
    assert walk()[3][0] != 0
    (pack / "SHA256SUMS").write_bytes(b"")
    assert walk()[1][0] != 0
