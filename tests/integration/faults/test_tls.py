"""faults.md, TLS and proxies: expired, wrong host, self-signed, unknown CA, TLS 1.1, redirect: refused, and the key never sent on."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.errors import ConsoleError, ServerSaid, Unreachable
from tests.support.ending import join
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")

_KEY = "canary-key"
_SILENT_S = 20.0
_NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Pair:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def _issue(name: str, issuer: Pair | None, host: str = "", *, days: int = 30) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - timedelta(days=60))
        .not_valid_after(_NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if host:
        address: x509.GeneralName = x509.DNSName(host)
        if host[0].isdigit():
            address = x509.IPAddress(ipaddress.ip_address(host))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1")]), critical=False
        )
    else:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    if issuer:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    return Pair(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


class Server:
    """Answers every request over TLS with `reply`; keeps what it could read."""

    def __init__(self, folder: Path, chain: Pair, reply: bytes, *, is_old: bool = False) -> None:
        file = folder / "server.pem"
        private = chain.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + chain.pem)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(file)
        if is_old:
            self._context.set_ciphers("ALL:@SECLEVEL=0")
            self._context.minimum_version = ssl.TLSVersion.TLSv1_1
            self._context.maximum_version = ssl.TLSVersion.TLSv1_1
        self._reply = reply
        self.received = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port = self._socket.getsockname()[1]
        self._is_open = True
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._is_open = False
        join(self._thread)
        self._socket.close()

    def _serve(self) -> None:
        while self._is_open:
            try:
                plain, _ = self._socket.accept()
            except TimeoutError:
                continue
            plain.settimeout(5)
            try:
                with self._context.wrap_socket(plain, server_side=True) as secure:
                    self.received += secure.recv(65536)
                    secure.sendall(self._reply)
            except OSError:
                plain.close()


_SITES = b'[{"site_id": 1, "site_name": "Harbor"}]'
_GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(_SITES), _SITES)


@pytest.fixture
def authority() -> Pair:
    return _issue("Test authority", None)


@pytest.fixture
def ca_file(tmp_path: Path, authority: Pair) -> Path:
    path = tmp_path / "ca.pem"
    path.write_bytes(authority.pem)
    return path


def _ask(port: int, ca_file: str) -> int:
    client = CHeKTClient(f"https://127.0.0.1:{port}", ApiKeyAuth(_KEY), clock=FakeClock(), ca_file=ca_file)
    try:
        return len(client.sites.list().values)
    finally:
        client.close()


@pytest.fixture
def server(tmp_path: Path, authority: Pair, request: pytest.FixtureRequest) -> Iterator[Server]:
    host, days, issuer, is_old = request.param
    issuers = {"ours": authority, "somebody's": _issue("Somebody else", None), "itself": None}
    server = Server(tmp_path, _issue("server", issuers[issuer], host, days=days), _GOOD, is_old=is_old)
    yield server
    server.close()


@pytest.mark.parametrize("server", [("127.0.0.1", 30, "ours", False)], indirect=True)
def test_an_own_authority_is_trusted_when_it_was_added(server: Server, ca_file: Path) -> None:
    assert _ask(server.port, str(ca_file)) == 1
    assert _KEY.encode() in server.received


@pytest.mark.parametrize(
    "server",
    [
        ("127.0.0.1", -1, "ours", False),
        ("api.chekt.example", 30, "ours", False),
        ("127.0.0.1", 30, "somebody's", False),
        ("127.0.0.1", 30, "itself", False),
        ("127.0.0.1", 30, "ours", True),
    ],
    ids=["expired", "wrong host", "unknown CA", "self-signed", "TLS 1.1"],
    indirect=True,
)
def test_what_cannot_prove_itself_gets_nothing(server: Server, ca_file: Path) -> None:
    with pytest.raises(Unreachable) as raised:
        _ask(server.port, str(ca_file))
    assert "Nothing was sent" in raised.value.sentence
    assert _KEY.encode() not in server.received


@pytest.mark.parametrize("server", [("127.0.0.1", 30, "ours", False)], indirect=True)
def test_an_authority_nobody_added_is_not_trusted(server: Server) -> None:
    with pytest.raises(Unreachable, match="could not be confirmed"):
        _ask(server.port, "")
    assert _KEY.encode() not in server.received


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_redirect_is_not_followed_and_the_key_not_sent_on(
    tmp_path: Path, authority: Pair, ca_file: Path, scheme: str
) -> None:
    other = Server(tmp_path, _issue("other", authority, "127.0.0.1"), _GOOD)
    where = f"{scheme}://127.0.0.1:{other.port}/ext/v1/sites".encode()
    reply = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % where
    first = Server(tmp_path, _issue("first", authority, "127.0.0.1"), reply)
    try:
        with pytest.raises(ServerSaid, match="not followed"):
            _ask(first.port, str(ca_file))
    finally:
        first.close()
        other.close()
    assert other.received == b""


def test_a_ca_file_that_is_none_is_said(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    with pytest.raises(ConsoleError):
        _ask(9, str(file))


class Tunnel:
    """An HTTP proxy that lets every CONNECT through to one port, whatever its name."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self.asked = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(_SILENT_S)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        join(self._thread)
        self._socket.close()

    def _serve(self) -> None:
        """One connection, which ends when the server closes it."""
        try:
            near, _ = self._socket.accept()
        except TimeoutError:
            return  # nobody came
        near.settimeout(_SILENT_S)
        with near, socket.create_connection(("127.0.0.1", self._target_port), _SILENT_S) as far:
            while b"\r\n\r\n" not in self.asked:
                self.asked += near.recv(65536)
            near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            forward = threading.Thread(target=_copy, args=(near, far))
            forward.start()
            _copy(far, near)
            join(forward)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_the_computers_proxy_is_used_and_told_once_without_its_password(
    tmp_path: Path,
    authority: Pair,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = Server(tmp_path, _issue("server", authority, "gateway.test"), _GOOD)
    tunnel = Tunnel(server.port)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hush@127.0.0.1:{tunnel.port}")
    monkeypatch.setenv("https_proxy", f"http://user:hush@127.0.0.1:{tunnel.port}")
    try:
        with caplog.at_level("INFO"):
            client = CHeKTClient(
                "https://gateway.test", ApiKeyAuth(_KEY), clock=FakeClock(), ca_file=str(ca_file)
            )
            assert len(client.sites.list().values) == 1
            client.close()
    finally:
        tunnel.close()
        server.close()
    assert tunnel.asked.startswith(b"CONNECT gateway.test:443 ")
    assert _KEY.encode() in server.received
    told = [record.getMessage() for record in caplog.records if "proxy" in record.getMessage()]
    assert told == [f"Requests go through this computer's proxy 127.0.0.1:{tunnel.port}"]
