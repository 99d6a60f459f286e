"""Tables of the simulated world."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

VERSION = 3

_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE site(
    site_id INTEGER PRIMARY KEY, number INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    street TEXT NOT NULL, city TEXT NOT NULL, state TEXT NOT NULL, zip TEXT NOT NULL, timezone TEXT NOT NULL,
    account_number TEXT NOT NULL, account_reference_id TEXT NOT NULL, status TEXT NOT NULL,
    is_partitioned INTEGER NOT NULL, follows_panel INTEGER NOT NULL,
    created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL) STRICT;
CREATE TABLE partition(
    partition_id INTEGER PRIMARY KEY, site_id INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL) STRICT;
CREATE INDEX partition_site ON partition(site_id);
CREATE TABLE arming(
    site_id INTEGER NOT NULL, partition_id INTEGER NOT NULL, mode TEXT NOT NULL, user TEXT NOT NULL,
    updated_ms INTEGER NOT NULL, PRIMARY KEY(site_id, partition_id)) STRICT, WITHOUT ROWID;
CREATE TABLE arming_command(
    command_id INTEGER PRIMARY KEY, site_id INTEGER NOT NULL, partition_id INTEGER NOT NULL,
    mode TEXT NOT NULL, user TEXT NOT NULL, due_ms INTEGER NOT NULL) STRICT;
CREATE TABLE device(
    device_id INTEGER PRIMARY KEY, site_id INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    external_id TEXT NOT NULL, parent_id INTEGER, status TEXT NOT NULL, last_seen_ms INTEGER NOT NULL,
    model TEXT NOT NULL, firmware TEXT NOT NULL, serial TEXT NOT NULL, mac TEXT NOT NULL, channel INTEGER,
    zone_number INTEGER, zone_type TEXT NOT NULL, partition_id INTEGER,
    record INTEGER NOT NULL, motion INTEGER NOT NULL, audio INTEGER NOT NULL, ptz INTEGER NOT NULL,
    quirk TEXT NOT NULL) STRICT;
CREATE INDEX device_site ON device(site_id);
CREATE INDEX device_mac ON device(mac, channel) WHERE kind = 'camera';
CREATE TABLE contact(
    contact_id INTEGER PRIMARY KEY, site_id INTEGER NOT NULL, external_contact_id TEXT NOT NULL,
    first_name TEXT NOT NULL, last_name TEXT NOT NULL, title TEXT NOT NULL, phone_number TEXT NOT NULL,
    email_address TEXT NOT NULL, slot_number TEXT NOT NULL, sms_alarm_enabled INTEGER NOT NULL,
    email_alarm_enabled INTEGER NOT NULL, validated INTEGER NOT NULL, validation_requested_ms INTEGER) STRICT;
CREATE INDEX contact_site ON contact(site_id);
CREATE TABLE schedule(
    site_id INTEGER PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL, updated_ms INTEGER NOT NULL) STRICT;
CREATE TABLE event(
    site_id INTEGER NOT NULL, instant_ms INTEGER NOT NULL, event_id INTEGER NOT NULL,
    kind TEXT NOT NULL, category_id INTEGER NOT NULL, subtype TEXT NOT NULL, text TEXT NOT NULL,
    status TEXT NOT NULL, zone_number INTEGER, device_id INTEGER, user TEXT NOT NULL, mode TEXT NOT NULL,
    decision TEXT NOT NULL, has_video INTEGER NOT NULL, scene TEXT NOT NULL, defect TEXT NOT NULL,
    PRIMARY KEY(site_id, instant_ms, event_id)) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency(key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    made_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency(made_ms);
"""

# Built after the first bulk load: an index filled row by row costs several times more.
_INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS event_by_id ON event(event_id);
CREATE INDEX IF NOT EXISTS event_by_time ON event(instant_ms, event_id);
CREATE INDEX IF NOT EXISTS event_by_category ON event(category_id, instant_ms, event_id);
"""

# Added to worlds of any age when they are opened.
_SIGN_IN_AND_PARTNERS = """
CREATE TABLE IF NOT EXISTS oauth_client(
    client_id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_hash TEXT NOT NULL, kid TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL, redirect_uris TEXT NOT NULL, scopes TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS oauth_jti(
    client_id TEXT NOT NULL, jti TEXT NOT NULL, ends_s INTEGER NOT NULL,
    PRIMARY KEY(client_id, jti)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS oauth_code(
    code_hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, request TEXT NOT NULL, ends_ms INTEGER NOT NULL,
    family TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS oauth_refresh(
    token_hash TEXT PRIMARY KEY, family TEXT NOT NULL, client_id TEXT NOT NULL, user TEXT NOT NULL,
    scope TEXT NOT NULL, audience TEXT NOT NULL, ends_ms INTEGER NOT NULL,
    is_used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS oauth_refresh_family ON oauth_refresh(family);
CREATE TABLE IF NOT EXISTS partner_dealer(
    dealer_id INTEGER NOT NULL, client_id TEXT NOT NULL, body TEXT NOT NULL, created_ms INTEGER NOT NULL,
    PRIMARY KEY(dealer_id, client_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS partner_site(
    site_id INTEGER PRIMARY KEY, external_site_id TEXT NOT NULL UNIQUE, address2 TEXT NOT NULL,
    monitoring_station_id INTEGER, security_type INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS partner_device(
    device_id INTEGER PRIMARY KEY, additional_zone_numbers TEXT NOT NULL, manufacturer TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS monitoring_station(
    monitoring_station_id INTEGER PRIMARY KEY, external_monitoring_station_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, prefix TEXT NOT NULL, linecard TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS event_step(
    event_id INTEGER NOT NULL, step TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY(event_id, step)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS site_monitoring(
    site_id INTEGER PRIMARY KEY, is_on INTEGER NOT NULL, reason TEXT NOT NULL, changed_ms INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO monitoring_station VALUES (1, 'NW-CENTRAL', 'Northwest Central Station', 'NW', '7', 1735689600000);
INSERT OR IGNORE INTO monitoring_station VALUES (2, 'GUARDLINE', 'Guardline Monitoring', 'GL', '3', 1735689600000);
CREATE TABLE IF NOT EXISTS partner_webhook(
    webhook_id TEXT PRIMARY KEY, client_id TEXT NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL,
    secret TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS partner_event(
    client_id TEXT NOT NULL, external_event_id TEXT NOT NULL, digest BLOB NOT NULL, event_id INTEGER NOT NULL,
    PRIMARY KEY(client_id, external_event_id)) STRICT, WITHOUT ROWID;
"""

EVENT_COLUMNS = (
    "site_id, instant_ms, event_id, kind, category_id, subtype, text, status, zone_number, device_id, user, mode, "
    "decision, has_video, scene, defect"
)
UNFINISHED = "PRAGMA user_version=0"  # the world is made anew at the next start
INSERT_EVENT = f"INSERT INTO event({EVENT_COLUMNS}) VALUES ({', '.join('?' * 16)})"


def connect(path: Path, *, reads_only: bool = False) -> sqlite3.Connection:
    """A connection that other threads may use; transactions are begun and ended by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=5000")
    if reads_only:
        connection.execute("PRAGMA query_only=1")
    return connection


def is_complete(path: Path) -> bool:
    """Whether there is a world of this version that was finished and can be read."""
    if not path.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0]) == VERSION
    except sqlite3.DatabaseError:
        return False


def create_tables(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def add_partner_tables(path: Path) -> None:
    with contextlib.closing(connect(path)) as connection:
        connection.executescript(_SIGN_IN_AND_PARTNERS)


def create_indexes(connection: sqlite3.Connection) -> None:
    for statement in _INDEXES.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={VERSION}")
