"""Checks an evidence export: `chekt-verify FOLDER`. One file, the standard library only: it can be copied anywhere.

Exit codes: 0 valid, 1 altered, 2 incomplete, 4 cannot be read as an export.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "chekt-evidence-1"
MANIFEST, SIGNATURE, SUMS, KEY, LEDGER = (
    "manifest.json",
    "manifest.sig",
    "SHA256SUMS",
    "public-key.pem",
    "ledger.jsonl",
)
UNFINISHED_SUFFIX = ".incomplete"
VALID, ALTERED, INCOMPLETE, UNREADABLE = 0, 1, 2, 4
_WORDS = {VALID: "VALID", ALTERED: "ALTERED", INCOMPLETE: "INCOMPLETE", UNREADABLE: "CANNOT BE READ"}
_SPKI_HEAD = bytes.fromhex(
    "302a300506032b6570032100"
)  # what an Ed25519 key looks like in a PEM file, RFC 8410
_MOST_MANIFEST_BYTES = 64 * 1024**2
Check = Callable[[bytes, bytes, bytes], bool]  # raw public key, signature, signed bytes


@dataclass(frozen=True)
class Verdict:
    """`findings` are sentences, each naming the file or ledger entry it is about."""

    code: int
    findings: list[str]
    key_sha256: str = ""
    files: int = 0
    is_key_expected: bool = False

    @property
    def word(self) -> str:
        return _WORDS[self.code]

    def text(self) -> str:
        lines = [self.word, *self.findings]
        if self.code == VALID:
            lines.append(
                f"{self.files} files are as they were signed; the record of who viewed, decided and exported is unbroken."
            )
            lines.append(f"Signed with the key whose SHA-256 is {self.key_sha256}")
            if not self.is_key_expected:
                lines.append(
                    "Compare that key with the one the exporter tells you on another way: whoever makes a new key can sign a "
                    "changed export with it."
                )
        return "\n".join(lines)


@dataclass
class _Findings:
    altered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    is_forged: bool = False  # what the manifest says is not to be believed


def verify(folder: Path, expected_key_sha256: str = "", holds: Check | None = None) -> Verdict:
    """`expected_key_sha256`: the fingerprint the exporter told on another way, "" when not known. `holds`: another check
    of signatures than the one below."""
    if not folder.is_dir():
        return Verdict(UNREADABLE, [f"{_plain(str(folder))}: there is no such folder."])
    found = _Findings()
    if folder.name.endswith(UNFINISHED_SUFFIX) or folder.resolve().name.endswith(UNFINISHED_SUFFIX):
        found.missing.append(
            "The export was not finished: its folder still carries the name of one being written."
        )
    try:
        return _checked(folder, found, expected_key_sha256.strip().lower(), holds or ed25519_holds)
    except OSError as error:
        name = Path(str(error.filename)).name if error.filename else str(folder)
        return Verdict(UNREADABLE, [f"{_plain(name)}: cannot be read: {error.strerror}."])


def _checked(folder: Path, found: _Findings, expected: str, holds: Check) -> Verdict:
    present, odd = _walk(folder)
    found.altered.extend(odd)
    for name in (MANIFEST, SIGNATURE, KEY):
        if name not in present:
            found.missing.append(f"{name}: missing.")
    if MANIFEST not in present:
        return _verdict(found)
    if (folder / MANIFEST).stat().st_size > _MOST_MANIFEST_BYTES:
        return Verdict(ALTERED, [f"{MANIFEST}: far too big."])
    raw = (folder / MANIFEST).read_bytes()
    key, key_sha256 = _key(folder, present, found)
    is_signed = _check_signature(folder, present, raw, key, found, holds)
    manifest = _manifest(raw, found)
    if manifest is None:
        return _verdict(found, key_sha256)
    if key_sha256 and manifest["key"]["sha256"] != key_sha256:
        found.altered.append(f"{KEY}: not the key that {MANIFEST} names.")
    if expected and key_sha256 != expected:
        found.altered.append(f"{KEY}: not the key that was expected ({_plain(expected[:80])}).")
    _check_files(folder, manifest["files"], present, found)
    if LEDGER in present:
        found.altered.extend(_ledger_breaks((folder / LEDGER).read_bytes(), manifest["ledger"]))
    if not is_signed and not found.altered and not found.missing:
        found.altered.append(f"{SIGNATURE}: the signature does not hold.")
    return _verdict(found, key_sha256, len(manifest["files"]), is_key_expected=bool(expected))


def _verdict(
    found: _Findings, key_sha256: str = "", files: int = 0, *, is_key_expected: bool = False
) -> Verdict:
    """An export that was cut off is incomplete, whatever else is wrong with it; a forged list of files lists nothing."""
    if found.is_forged:
        return Verdict(ALTERED, found.altered + found.missing, key_sha256, files, is_key_expected)
    if found.missing:
        return Verdict(INCOMPLETE, found.missing + found.altered, key_sha256, files, is_key_expected)
    if found.altered:
        return Verdict(ALTERED, found.altered, key_sha256, files, is_key_expected)
    return Verdict(VALID, [], key_sha256, files, is_key_expected)


def _walk(folder: Path) -> tuple[set[str], list[str]]:
    """Every file below the folder, and a sentence on each thing that is no plain file."""
    present: set[str] = set()
    odd: list[str] = []
    waiting = [("", os.fspath(folder))]
    while waiting:
        above, path = waiting.pop()
        with os.scandir(path) as entries:
            is_empty = True
            for entry in entries:
                is_empty = False
                relative = above + entry.name
                if sys.platform == "darwin":  # some of its file systems write accents in two characters
                    relative = unicodedata.normalize("NFC", relative)
                if entry.is_file(follow_symlinks=False):
                    present.add(relative)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append((relative + "/", entry.path))
                else:
                    odd.append(f"{_plain(relative)}: added: a link or device, not a file.")
        if is_empty and above:
            odd.append(f"{_plain(above)}: added: an empty folder.")
    return present, odd


def _key(folder: Path, present: set[str], found: _Findings) -> tuple[bytes, str]:
    if KEY not in present:
        return b"", ""
    raw = (folder / KEY).read_bytes()[:10_000]
    try:
        lines = [line.strip() for line in raw.decode("ascii").strip().splitlines()]
        if lines[0] != "-----BEGIN PUBLIC KEY-----" or lines[-1] != "-----END PUBLIC KEY-----":
            raise ValueError("not a PEM public key")
        der = base64.b64decode("".join(lines[1:-1]), validate=True)
        if not der.startswith(_SPKI_HEAD) or len(der) != len(_SPKI_HEAD) + 32:
            raise ValueError("not an Ed25519 key")
    except (ValueError, IndexError):
        found.altered.append(f"{KEY}: altered: it is no Ed25519 public key.")
        return b"", ""
    key = der[len(_SPKI_HEAD) :]
    return key, hashlib.sha256(key).hexdigest()


def _check_signature(
    folder: Path, present: set[str], raw: bytes, key: bytes, found: _Findings, holds: Check
) -> bool:
    if SIGNATURE not in present or not key:
        return False
    signature = (folder / SIGNATURE).read_bytes()[:1000]
    if len(signature) < 64:
        found.missing.append(f"{SIGNATURE}: cut off.")
        return False
    if not holds(key, signature, raw):
        found.altered.append(f"The signature does not hold: {MANIFEST}, {SIGNATURE} or {KEY} was altered.")
        found.is_forged = True
        return False
    return True


def _manifest(raw: bytes, found: _Findings) -> dict[str, Any] | None:
    """None, with a finding, when it is not a manifest at all."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        if not raw.endswith(b"\n"):
            found.missing.append(f"{MANIFEST}: cut off.")
        else:
            found.altered.append(f"{MANIFEST}: altered: it cannot be read.")
        return None
    if not _is_manifest(value):
        found.altered.append(f"{MANIFEST}: altered: not a manifest of the kind {FORMAT}.")
        return None
    manifest: dict[str, Any] = value
    return manifest


def _is_manifest(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        return False
    key, ledger, files = value.get("key"), value.get("ledger"), value.get("files")
    if not (isinstance(key, dict) and isinstance(ledger, dict) and isinstance(files, list)):
        return False
    return isinstance(key.get("sha256"), str) and all(
        isinstance(one, dict)
        and isinstance(one.get("path"), str)
        and isinstance(one.get("sha256"), str)
        and type(one.get("size")) is int
        for one in files
    )


def _check_files(folder: Path, files: list[dict[str, Any]], present: set[str], found: _Findings) -> None:
    paths = [str(one["path"]) for one in files]
    if paths != sorted(set(paths)):
        found.altered.append(f"{MANIFEST}: altered: its files are reordered or named twice.")
    for one in files:
        path = str(one["path"])
        if path not in present:
            found.missing.append(f"{_plain(path)}: missing.")
            continue
        size, digest = _digest(folder / path)
        if size != one["size"] or digest != one["sha256"]:
            found.altered.append(f"{_plain(path)}: altered.")
    for path in sorted(present - set(paths) - {MANIFEST, SIGNATURE}):
        found.altered.append(f"{_plain(path)}: added after the export.{_hint(path)}")


def _hint(path: str) -> str:
    """What file browsers leave behind is no part of the export; the person can tell and remove it."""
    name = path.rpartition("/")[2]
    if name in (".DS_Store", "Thumbs.db", "desktop.ini") or name.startswith("._"):
        return " File browsers write this one by themselves: remove it and check again."
    return ""


def _digest(path: Path) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1024 * 1024):
            size += len(block)
            digest.update(block)
    return size, digest.hexdigest()


def _ledger_breaks(raw: bytes, told: dict[str, Any]) -> list[str]:
    """Sentences on what is wrong with the chain of ledger entries."""
    entries = []
    for number, line in enumerate(raw.splitlines(), 1):
        try:
            entry = json.loads(line)
            entries.append(
                (int(entry["number"]), entry["previous"], entry["body_sha256"], entry["hash"], entry)
            )
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return [f"{LEDGER}: altered: line {number} is no entry."]
    numbers = [entry[0] for entry in entries]
    if sorted(numbers) != numbers:
        return [f"{LEDGER}: reordered: its entries do not stand in their order."]
    breaks = []
    for before, (number, previous, body_sha256, chained, entry) in zip(
        [None, *entries], entries, strict=False
    ):
        body = entry.get("body")
        if (
            body is not None
            and hashlib.sha256(str(body).encode("utf-8", "surrogatepass")).hexdigest() != body_sha256
        ):
            breaks.append(f"{LEDGER}: altered: the text of entry {number}.")
        text = f"chekt-ledger-1\n{number}\n{previous}\n{body_sha256}\n"
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != chained:
            breaks.append(f"{LEDGER}: altered: entry {number}.")
        if before is not None and (previous != before[3] or number != before[0] + 1):
            breaks.append(f"{LEDGER}: removed, added or reordered between entries {before[0]} and {number}.")
    head = entries[-1][3] if entries else ""
    if head != told.get("head"):
        breaks.append(f"{LEDGER}: its last entry is not the one that {MANIFEST} names.")
    return breaks


def _plain(text: str) -> str:
    """A hostile file name must not steer the terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)


# Ed25519, RFC 8032 section 5.1: checking only, so nothing here is secret and time tells nobody anything.
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _added(p: _Point, q: _Point) -> _Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _doubled(p: _Point) -> _Point:
    a, b = p[0] * p[0] % _P, p[1] * p[1] % _P
    h = a + b
    e = h - (p[0] + p[1]) ** 2 % _P
    g = a - b
    f = 2 * p[2] * p[2] % _P + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _sum_of_two(one: int, p: _Point, other: int, q: _Point) -> _Point:
    """one·P + other·Q, doubling once for both."""
    both = _added(p, q)
    total: _Point = (0, 1, 1, 0)
    for bit in range(max(one.bit_length(), other.bit_length()) - 1, -1, -1):
        total = _doubled(total)
        match one >> bit & 1, other >> bit & 1:
            case 1, 1:
                total = _added(total, both)
            case 1, 0:
                total = _added(total, p)
            case 0, 1:
                total = _added(total, q)
    return total


def _decoded(raw: bytes) -> _Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_base_y = 4 * pow(5, _P - 2, _P) % _P
_BASE = _decoded(_base_y.to_bytes(32, "little"))


def ed25519_holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this signature of these bytes was made with the private half of `key` (raw, 32 bytes)."""
    if len(key) != 32 or len(signature) != 64 or _BASE is None:
        return False
    public, nonce = _decoded(key), _decoded(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or nonce is None or scalar >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    minus = (-public[0] % _P, public[1], 1, -public[3] % _P)
    point = _sum_of_two(scalar, _BASE, challenge, minus)
    return not ((point[0] - nonce[0] * point[2]) % _P or (point[1] - nonce[1] * point[2]) % _P)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="chekt-verify", description="Check an evidence export of CHeKT Console."
    )
    parser.add_argument("folder", type=Path, help="the folder of the export")
    parser.add_argument("--key", default="", metavar="SHA256", help="fingerprint of the key you expect")
    chosen = parser.parse_args(arguments)
    verdict = verify(chosen.folder, chosen.key)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    print(verdict.text())
    return verdict.code


if __name__ == "__main__":
    sys.exit(main())
