"""Every call that this gateway answers, with what it takes and which statuses it may give. Not the control calls."""

from __future__ import annotations

from dataclasses import dataclass

KEY, TOKEN, NOBODY = "key", "token", "nobody"


@dataclass(frozen=True)
class Operation:
    """`replies` like "200:#Site 404"; a status without a shape has the errors' shape, "204:" has no body."""

    method: str
    path: str
    auth: str
    replies: str
    body: str = ""
    body_kind: str = "application/json"
    reply_kind: str = "application/json"
    scope: str = ""


def _ext(method: str, path: str, replies: str, body: str = "") -> Operation:
    refusals = " 401 429" + (" 403 400 413" if method != "get" else "")
    return Operation(method, f"/ext/v1{path}", KEY, replies + refusals, body)


def _partner(method: str, path: str, replies: str, scope: str, body: str = "") -> Operation:
    refusals = " 401 403 429" + (" 400 413" if body else "") + (" 409" if method != "get" else "")
    more = " 400" if method != "get" and not body else ""
    return Operation(method, f"/partner/v1{path}", TOKEN, replies + refusals + more, body, scope=scope)


def _open(method: str, path: str, replies: str, body: str = "", kinds: str = "application/json") -> Operation:
    return Operation(method, path, NOBODY, replies, body, "application/x-www-form-urlencoded", kinds)


_SITE, _CONTACT = "/sites/{site_id}", "/sites/{site_id}/contacts/{contact_id}"
_DEALER = "/dealers/{dealer_id}"
_PSITE = f"{_DEALER}/sites/{{site_id}}"
_PCONTACT = f"{_PSITE}/contacts/{{contact_id}}"
OPERATIONS = (
    _ext("get", "/sites", "200:[#Site]|#SitePage 304: 400"),
    _ext("get", _SITE, "200:#Site 404"),
    *(_ext("get", f"{_SITE}/{family}", "200:[#Device] 304: 404")
      for family in ("devices", "cameras", "zones", "bridges", "audio-devices")),
    _ext("get", f"{_SITE}/contacts", "200:[#Contact] 404"),
    _ext("post", f"{_SITE}/contacts", "201:#Contact 404 409", "#NewContact"),
    _ext("get", _CONTACT, "200:#Contact 404"),
    _ext("put", _CONTACT, "200:#Contact 404 409", "#ChangedContact"),
    _ext("delete", _CONTACT, "204: 404 409"),
    _ext("post", f"{_CONTACT}/validation", "202:#Contact 404 409"),
    _ext("get", f"{_SITE}/arming", "200:#Arming 404"),
    *(_ext("post", f"{_SITE}/arming/actions/{word}", "202:#Command 404 409", f"#{word.capitalize()}Command")
      for word in ("arm", "disarm")),
    _ext("get", f"{_SITE}/partition-arming", "200:[#PartitionArming] 404 409"),
    *(_ext("post", f"{_SITE}/partition-arming/actions/{word}", "202:#Command 404 409", f"#Partition{word.capitalize()}Command")
      for word in ("arm", "disarm")),
    _ext("get", f"{_SITE}/schedule", "200:#Schedule 304: 404"),
    _ext("put", f"{_SITE}/schedule", "200:#Schedule 404 412 428", "#Schedule"),
    _ext("get", "/activity-logs/categories", "200:[#Category]"),
    _ext("post", "/activity-logs/search", "200:#EventPage 404", "#Search"),
    _ext("post", "/events", "201:#Event 404 409", "#NewEvent"),
    _ext("get", "/events/{event_id}", "200:#Event 404"),
    _ext("post", "/events-video-urls", "200:#VideoUrls", "#EventIds"),
    Operation("get", "/api/v1/snapshots/{mac}/{channel}", NOBODY, "200:#Snapshot 401 403 404 503"),
    Operation("get", "/api/v1/mjpeg/{mac}/{channel}", NOBODY, "200:any 401 403 404 503",
              reply_kind="multipart/x-mixed-replace"),
    Operation("get", "/api/v1/hls/{mac}/{channel}/index.m3u8", NOBODY, "200:any 401 403 404 500 503",
              reply_kind="application/vnd.apple.mpegurl"),
    Operation("get", "/api/v1/hls/{mac}/{channel}/{number}.ts", NOBODY, "200:any 401 403 404 500 503",
              reply_kind="video/mp2t"),
    Operation("get", "/media/clips/{event_id}.mp4", NOBODY, "200:any 206:any 403 404 416: 500", reply_kind="video/mp4"),
    Operation("get", "/media/thumbnails/{name}.jpg", NOBODY, "200:any 403 404", reply_kind="image/jpeg"),
    Operation("put", "/media/uploads/{name}", NOBODY, "200:#Uploaded 400 403 413 415", "any", "*/*"),
    _open("get", "/authorize", "200:any 302: 400:any", kinds="text/html"),
    _open("post", "/authorize", "302: 400:any 401:any 403:any", "#Form", "text/html"),
    _open("post", "/oauth/token", "200:#Tokens 400:#OAuthError 401:#OAuthError", "#Form"),
    _open("post", "/oauth/revoke", "200: 400:#OAuthError 401:#OAuthError", "#Revocation"),
    _open("get", "/.well-known/jwks.json", "200:#Jwks"),
    _open("get", "/.well-known/openid-configuration", "200:#Discovery"),
    _open("get", "/v2/logout", "200:any 302: 400:any", kinds="text/html"),
    _open("get", "/openapi.json", "200:object"),
    _partner("put", "/dealers/connect", "200:#Dealer", "update:dealer", "#ConnectDealer"),
    _partner("get", _DEALER, "200:#Dealer 404", "read:dealer"),
    _partner("patch", _DEALER, "200:#Dealer 404", "update:dealer", "#ChangedDealer"),
    _partner("delete", _DEALER, "204: 404", "update:dealer"),
    _partner("get", f"{_DEALER}/monitoring-stations", "200:[#Station] 404", "read:monitoring_stations"),
    _partner("post", f"{_DEALER}/monitoring-stations", "201:#Station 404", "create:monitoring_stations", "#NewStation"),
    _partner("get", f"{_DEALER}/sites", "200:[#PartnerSite] 400 404", "read:sites"),
    _partner("post", f"{_DEALER}/sites", "201:#PartnerSite 404", "create:sites", "#NewPartnerSite"),
    _partner("get", _PSITE, "200:#PartnerSite 404", "read:sites"),
    _partner("patch", _PSITE, "200:#PartnerSite 404", "update:sites", "#ChangedPartnerSite"),
    _partner("delete", _PSITE, "204: 404", "delete:sites"),
    _partner("get", f"{_PSITE}/arming-settings", "200:#ArmingSettings 404", "read:arming_settings"),
    _partner("patch", f"{_PSITE}/arming-settings", "200:#ArmingSettings 404", "update:arming_settings", "#SecurityType"),
    _partner("get", f"{_PSITE}/contacts", "200:[#PartnerContact] 404", "read:site_contacts"),
    _partner("post", f"{_PSITE}/contacts", "201:#PartnerContact 404", "create:site_contacts", "#NewPartnerContact"),
    _partner("get", _PCONTACT, "200:#PartnerContact 404", "read:site_contacts"),
    _partner("patch", _PCONTACT, "200:#PartnerContact 404", "update:site_contacts", "#ChangedPartnerContact"),
    _partner("delete", _PCONTACT, "204: 404", "delete:site_contacts"),
    _partner("get", f"{_PSITE}/devices", "200:[#PartnerDevice] 404", "read:devices"),
    _partner("post", f"{_PSITE}/devices", "201:#Results 404", "create:devices", "[#DeviceRow]"),
    _partner("patch", f"{_PSITE}/devices", "200:#Results 404", "update:devices", "[#DeviceRow]"),
    _partner("delete", f"{_PSITE}/devices", "200:#Results 404", "delete:devices", "[#DeviceRow]"),
    _partner("get", "/webhooks", "200:[#Webhook]", "read:webhooks"),
    _partner("post", "/webhooks", "201:#Webhook", "create:webhooks", "#NewWebhook"),
    _partner("delete", "/webhooks/{webhook_id}", "204: 404", "delete:webhooks"),
    # Each row of an array is judged by itself, so any row makes a good request.
    _partner("post", "/events", "201:#PartnerEventTaken|#Results 200:#PartnerEventTaken 404", "create:events",
             "#PartnerEvent|rows"),
)  # fmt: skip
