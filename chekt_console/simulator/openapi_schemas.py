"""Shapes of bodies and replies in OpenAPI's words, written short: `{"name": "text", "zone?": "int|null"}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chekt_console.simulator.webhook_bodies import WEBHOOK_EVENTS

_WORDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"}, "int": {"type": "integer"}, "number": {"type": "number"}, "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"}, "flag": {"type": "integer", "enum": [0, 1]},
    "object": {"type": "object"}, "any": {}, "null": {"type": "null"}, "texts": {"type": "array", "items": {"type": "string"}},
    "ints": {"type": "array", "items": {"type": "integer"}},
    "some": {"type": "string", "minLength": 1}, "id": {"type": "integer", "minimum": 1},
    "key": {"type": "string", "minLength": 1, "maxLength": 64}, "subtype": {"type": "string", "maxLength": 60},
    "whole": {"type": "integer", "minimum": 0, "exclusiveMaximum": 10**15},
    "numeral": {"type": "string", "pattern": "^([1-9][0-9]{0,8})?$"},
    "digits": {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "rows": {"type": "array", "minItems": 1, "maxItems": 1000},
    # No alarm is older than these years.
    "event_time": {
        "type": "string",
        "pattern": r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}"
                   r"(\.[0-9]{1,3})?(Z|[+-]0[0-9]:00)$",
    },
    "site_status": {"type": "string", "enum": ["active", "inactive", ""]},
    "event_ids": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "maxItems": 20},
    "event_type": {"type": "string", "enum": ["alarm", "trouble", "arming"]},
    "event_status": {"type": "string", "enum": ["active", "restored", ""]},
    "order": {"type": "string", "enum": ["asc", "desc"]}, "sort": {"type": "string", "enum": ["event_time"]},
    "user": {"type": "string", "maxLength": 100},
    "mode": {"type": "string", "enum": ["away", "stay", "night"]},
    "version": {"type": "string", "enum": ["1.0"]}, "secret": {"type": "string", "minLength": 1, "maxLength": 200},
    "webhook_url": {
        "type": "string", "maxLength": 500,
        "pattern": r"^(https://[a-z0-9]+(\.[a-z0-9]+)*|http://(127\.0\.0\.1|localhost))/[!-~]*$",
    },
    "webhook_events": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(WEBHOOK_EVENTS)}},
}  # fmt: skip


def shape(fields: Mapping[str, object]) -> dict[str, Any]:
    """A name that ends in "?" may be missing, "*" is any other; a value is words, a reference "#Name" or a list of one, or a shape."""
    found: dict[str, Any] = {name.rstrip("?"): _type(value) for name, value in fields.items() if name != "*"}
    needed = [name for name in found if name in fields]
    others = {"additionalProperties": _type(fields["*"])} if "*" in fields else {}
    return {"type": "object", "properties": found} | ({"required": needed} if needed else {}) | others


def _type(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return shape(value)
    if isinstance(value, list):
        return {"type": "array", "items": _type(value[0])}
    parts = [
        {"$ref": f"#/components/schemas/{word[1:]}"} if word.startswith("#") else _WORDS[word]
        for word in str(value).split("|")
    ]
    return parts[0] if len(parts) == 1 else {"anyOf": parts}


_ARMING = {"arming_status": "text", "arming_updated_at": "time", "arming_mode": "text|null"}
_PERSON = {"first_name": "text", "last_name": "text", "phone_number": "text"}
_CONTACT = _PERSON | {"title": "text", "email_address": "text", "slot_number": "text"}
_FLAGS = {"sms_alarm_enabled": "flag", "email_alarm_enabled": "flag"}
_TEXT_DEVICE = {
    "name": "text",
    "mac": "text",
    "manufacturer": "text",
    "model": "text",
    "serial_number": "text",
}


def _maybe(fields: Mapping[str, object]) -> dict[str, object]:
    return {f"{name}?": value for name, value in fields.items()}


_SHAPES: dict[str, Mapping[str, object]] = {
    "Problem": {
        "error": "text", "message": "text", "details?": {"field": "text", "required": "bool"},
    },
    "RowError": {
        "error": "text", "message": "text", "details?": {"field": "text", "required": "bool"},
    },
    "OAuthError": {"error": "text", "error_description": "text"},
    "Site": {
        "site_id": "int", "site_name": "text", "address": "text", "timezone": "text", "account_number": "text",
        "account_reference_id": "text", "dealer_name": "text", "is_partition_enabled": "flag", "is_activated": "flag",
        "monitoring_enabled": "bool",
        "partitions": [{"partition_id": "int", "partition_number": "int", "partition_name": "text"}],
    },
    "Page": {"cursor": "text|null", "has_more": "bool", "total_count?": "int"},
    "SitePage": {"data": ["#Site"], "page": "#Page"},
    "Arming": {"site_id": "int", "armed_by": "text"} | _ARMING,
    "PartitionArming": {"partition_id": "int", "partition_number": "int", "partition_name": "text"} | _ARMING,
    "Command": {"command_id": "int", "result": "text"},
    "ArmCommand": {"user?": "user", "mode?": "mode"},
    "DisarmCommand": {"user?": "user"},
    "PartitionArmCommand": {"partition_ids": "ints", "user?": "user", "mode?": "mode"},
    "PartitionDisarmCommand": {"partition_ids": "ints", "user?": "user"},
    "Device": {
        "device_id": "int", "external_device_id": "text", "name": "text", "type": "text", "status": "text",
        "last_seen": "time", "model": "text", "firmware_version": "text", "serial_number": "text",
        "capabilities": "object", "zone_numbers?": ["int|null"], "mac?": "text", "channel?": "int|null",
        "mjpeg_url?": "text", "hls_url?": "text", "parent_id?": "int", "partition_id?": "int|null", "uptime_seconds?": "int",
        "arming_status?": "text", "signal_strength?": "int", "connection_type?": "text", "ip_address?": "text",
        "health?": "object",
    },
    "Contact": {"contact_id": "int", "external_contact_id": "text", "name": "text"} | _CONTACT | _FLAGS
    | {"sms_validation": {"status": "int", "requested_at": "time|null"}},
    "NewContact": {"external_contact_id": "text", "first_name": "text", "last_name": "text"}
    | _maybe(dict.fromkeys(("title", "phone_number", "email_address", "slot_number"), "text") | _FLAGS),
    "ChangedContact": _maybe(_CONTACT | _FLAGS),
    "Schedule": {"schedule": "object", "exceptions?": "object"},
    "Category": {"id": "int", "name": "text"},
    "Event": {
        "event_id": "int|text", "event_time": "time", "site_id": "int", "category_id": "int", "event_type": "text",
        "event_subtype": "text", "trigger": "text", "status": "text", "zone_number": "int|null",
        "device_id": "int|null", "device_name": "text|null", "has_video": "bool",
    },
    "EventPage": {"data": ["#Event"], "page": "#Page"},
    "Search": {
        "start_time?": "event_time|null", "end_time?": "event_time|null", "site_id?": "int|text|null",
        "category_id?": "whole|digits|null", "limit?": "id|numeral|null", "sort_by?": "sort", "sort_order?": "order",
        "cursor?": "text|null",
    },
    "NewEvent": {
        "site_id": "int|some", "event_type": "event_type", "event_time": "event_time", "event_subtype?": "subtype",
        "camera_id?": "int|text|null", "device_id?": "int|text|null",
    },
    "EventIds": {"event_ids": "event_ids"},
    "VideoUrls": {
        "events": [{"event_id": "int", "mp4": "text|null", "thumbnail": "text|null", "snapshots": "texts"}],
        "expires_in": "int",
    },
    "Snapshot": {"data": "text", "base64Encoded": "bool"},
    "Tokens": {
        "access_token": "text", "token_type": "text", "expires_in": "int", "scope": "text",
        "refresh_token?": "text", "id_token?": "text",
    },
    "Jwks": {"keys": [{"kty": "text", "kid": "text", "use": "text", "alg": "text", "n": "text", "e": "text"}]},
    "Discovery": {"issuer": "text", "authorization_endpoint": "text", "token_endpoint": "text", "jwks_uri": "text"},
    "Dealer": {
        "dealer_id": "int", "external_dealer_id": "text", "company_name": "text", "company_address1": "text",
        "company_address2": "text", "company_email": "text", "company_phone_number": "text", "created_at": "time",
    },
    "ConnectDealer": {"external_dealer_id": "text", "company_name": "text"},
    "ChangedDealer": _maybe(
        {f"company_{name}": "text" for name in ("name", "address1", "address2", "email", "phone_number")}
    ),
    "PartnerSite": {
        "site_id": "int", "external_site_id": "text", "name": "text", "monitoring_station_id": "int|null",
        "external_monitoring_station_id": "text|null", "account_number": "text", "address1": "text",
        "address2": "text", "timezone": "text", "is_activated": "flag", "monitoring_enabled": "bool",
        "monitoring_reason": "text", "created_at": "time",
    },
    "NewPartnerSite": {
        "external_site_id": "text", "name": "text", "timezone": "text", "monitoring_station_id?": "int|null",
        "account_number?": "text", "address1?": "text", "address2?": "text",
    },
    "ChangedPartnerSite": {
        "name?": "text", "timezone?": "text", "monitoring_station_id?": "int|null", "account_number?": "text",
        "address1?": "text", "address2?": "text", "is_activated?": "flag", "monitoring_enabled?": "bool",
        "monitoring_reason?": "text",
    },
    "ArmingSettings": {"site_id": "int", "external_site_id": "text", "name": "text", "security_type": "int"},
    "SecurityType": {"security_type": "int"},
    "PartnerContact": {"contact_id": "int", "external_contact_id": "text", "email": "text"} | _PERSON,
    "NewPartnerContact": {
        "external_contact_id": "text", "first_name": "text", "last_name": "text", "phone_number?": "text",
        "email?": "text",
    },
    "ChangedPartnerContact": _maybe(_PERSON | {"email": "text"}),
    "PartnerDevice": {
        "device_id": "int", "external_device_id": "text", "device_type": "text", "zone_number": "text|null",
        "additional_zone_numbers": "text", "status": "text",
    } | _TEXT_DEVICE,
    "DeviceRow": {"external_device_id": "text", "device_type?": "text", "zone_number?": "text"}
    | {"additional_zone_numbers?": "text"} | _maybe(_TEXT_DEVICE),
    "Results": {
        "success_count": "int", "failure_count": "int",
        "results": [{"is_successful": "bool", "error?": "#RowError", "device?": "#PartnerDevice"}],
    },
    "Station": {
        "monitoring_station_id": "int", "external_monitoring_station_id": "text", "name": "text", "prefix": "text",
        "linecard": "text", "created_at": "time",
    },
    "NewStation": {
        "external_monitoring_station_id": "text", "name": "text", "prefix?": "text", "linecard?": "text",
    },
    "Webhook": {"webhook_id": "text", "url": "text", "events": "texts", "created_at": "time"},
    "NewWebhook": {"url": "webhook_url", "events": "webhook_events", "secret": "secret"},
    "PartnerEvent": {
        "location_id": "key", "event_id": "key", "event_type": "event_type", "version?": "version",
        "recorder_id?": "key", "camera_id?": "key", "event_status?": "event_status", "event_subtype?": "subtype",
        "event_time?": "event_time|null",
    },
    "PartnerEventTaken": {
        "event_id": "text", "chekt_event_id": "int", "is_duplicate": "bool",
        "upload": {"snapshot_url": "text", "video_url": "text", "expires_at": "time"},
    },
    "Form": {"*": "text"},
    "Revocation": {"token": "some", "token_type_hint?": "text", "client_id?": "text", "client_secret?": "text", "*": "text"},
    "Uploaded": {"size": "int", "sha256": "text"},
}  # fmt: skip

SCHEMAS = {name: shape(fields) for name, fields in _SHAPES.items()}
"""As the observed dialect has them."""


def type_of(words: str) -> dict[str, Any]:
    """`words` like "#Site", "[#Site]" or "#Site|[#Site]"."""
    parts = [_type([word[1:-1]]) if word.startswith("[") else _type(word) for word in words.split("|")]
    return parts[0] if len(parts) == 1 else {"anyOf": parts}
