"""Tables of packed days, apart from what packs them: a start needs the tables, and no numpy before the sites are shown."""

from __future__ import annotations

DAY_MS = 86_400_000
# An event that is replaced may have stood on another day; SQLite tells no delete trigger of it.
TABLES = f"""
CREATE TABLE event_source (
    number INTEGER PRIMARY KEY, site_id TEXT NOT NULL, kind INTEGER NOT NULL, subtype TEXT NOT NULL, text TEXT NOT NULL,
    status TEXT NOT NULL, category_id TEXT NOT NULL, zone_number INTEGER, device_id TEXT NOT NULL,
    device_name TEXT NOT NULL, device_key TEXT NOT NULL, has_video INTEGER NOT NULL, mode TEXT NOT NULL,
    decision TEXT NOT NULL, user TEXT NOT NULL
) STRICT;
CREATE TABLE event_day (day INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TRIGGER event_day_told BEFORE INSERT ON event BEGIN
    DELETE FROM event_day WHERE day = NEW.instant_ms / {DAY_MS};
    DELETE FROM event_day WHERE day = (SELECT instant_ms / {DAY_MS} FROM event WHERE event_id = NEW.event_id);
END;
CREATE TRIGGER event_day_changed AFTER UPDATE ON event BEGIN
    DELETE FROM event_day WHERE day IN (OLD.instant_ms / {DAY_MS}, NEW.instant_ms / {DAY_MS});
END;
CREATE TRIGGER event_day_gone AFTER DELETE ON event BEGIN
    DELETE FROM event_day WHERE day = OLD.instant_ms / {DAY_MS};
END
"""
