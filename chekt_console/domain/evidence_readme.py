"""The instructions in every export: how anyone checks it with tools that are on every computer."""

from __future__ import annotations

from chekt_console.domain.evidence_report import CANNOT_PROVE

COMMANDS = (
    "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig",
    'grep -q "$(sha256sum < SHA256SUMS | cut -d " " -f 1)" manifest.json && echo "The list of sums is the signed one"',
    "sha256sum --strict -c SHA256SUMS",
    'test "$(find . ! -type d | wc -l)" -eq "$(($(wc -l < SHA256SUMS) + 3))" && echo "No file was added"',
    "openssl pkey -pubin -in public-key.pem -outform DER | tail -c 32 | sha256sum",
)


def readme(*, title: str, created: str, program: str, key_sha256: str, is_session_only: bool) -> bytes:
    """`created`: an instant in words."""
    openssl, listed, sums, added, fingerprint = COMMANDS
    held = (
        "It was kept in memory only (the computer has no safe keyring) and ended with the program."
        if is_session_only
        else "Its private half is in the keyring of the exporting computer."
    )
    limits = "\n".join(f"  - {one}" for one in CANNOT_PROVE)
    text = f"""{title}
Exported {created} by {program}.

WHAT IS HERE
  report.pdf         to read: what happened, pictures, times, who did what
  01, 02, ...        one folder an event: the clip as the server delivered it, stills, the event as JSON
  ledger.jsonl       who viewed, decided and exported, each entry chained to the one before
  manifest.json      size and SHA-256 of every file
  manifest.sig       Ed25519 signature of manifest.json (64 raw bytes)
  public-key.pem     the key to check it with
  SHA256SUMS         the same sums, as sha256sum reads them

TO CHECK IT WITH ONE COMMAND
  chekt-verify FOLDER --key {key_sha256}
It says VALID, ALTERED (and which file) or INCOMPLETE. It is one Python file that needs nothing else. Take it from
somebody you trust, not from whoever gave you this folder.

TO CHECK IT WITH STANDARD TOOLS (Linux, macOS or Windows with OpenSSL 3 and the GNU tools), in this folder:

1. The manifest is the one that was signed ("Signature Verified Successfully"):
   $ {openssl}
2. The list of sums is the one in the manifest:
   $ {listed}
3. Every file is as listed ("OK" on each line, none "FAILED"):
   $ {sums}
4. Nothing was added:
   $ {added}
5. The key is the exporter's: compare this with what the exporter tells you on another way, by telephone for example:
   $ {fingerprint}
   It should say {key_sha256}
   {held}

In Windows PowerShell, instead of step 3 (it names each altered file and says nothing when all is well):
   Get-Content SHA256SUMS | ForEach-Object {{ $sum, $name = $_ -split '  ', 2
     if ((Get-FileHash -LiteralPath $name).Hash -ne $sum) {{ "ALTERED: $name" }} }}

WHAT THIS CANNOT PROVE
{limits}
"""
    return text.encode()
