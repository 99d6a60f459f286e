"""The partner half of the client against the simulator: what a key cannot do, a sign-in can, and each write happens once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from chekt_console.domain.account import ArmingAuthority
from chekt_console.errors import NotAllowed, Refused
from chekt_console.session_client import Address, build_client
from tests.support.simulator import RunningSimulator


def test_an_account_opens_sites_devices_and_settings(tmp_path: Path) -> None:
    with RunningSimulator(tmp_path / "world", sites=3) as simulator:
        key_only = build_client(Address(simulator.url, simulator.api_key))
        client = build_client(
            Address(simulator.url, simulator.api_key, simulator.control_token, simulator.dealer_id)
        )
        try:
            assert key_only.sites.list().values
            with pytest.raises(NotAllowed, match="dealer account"):
                key_only.account.sites()
            fields = {"external_site_id": "new-1", "name": "Corner Shop", "timezone": "Europe/Berlin"}
            made = client.account.add_site(fields, "key-1")
            assert client.account.add_site(fields, "key-1") == made
            with pytest.raises(Refused) as refused:
                client.account.add_site(
                    {"external_site_id": "new-2", "name": "", "timezone": "Mars"}, "key-2"
                )
            assert refused.value.fields
            assert (
                client.account.change_site(made.site_id, {"name": "Corner Store"}, "key-3").name
                == "Corner Store"
            )
            assert made.site_id in {site.site_id for site in client.sites.list().values}
            off = {"monitoring_enabled": False, "monitoring_reason": "Renovation"}
            with pytest.raises(Refused):
                client.account.change_site(made.site_id, {"monitoring_enabled": False}, "key-3a")
            assert client.account.change_site(made.site_id, off | {"is_activated": 1}, "key-3b").is_activated
            (shown,) = [site for site in client.sites.list().values if site.site_id == made.site_id]
            assert not shown.is_monitored
            assert [one.name for one in client.account.stations().values][:1] == ["Northwest Central Station"]
            rows = [
                {"external_device_id": "cam-1", "device_type": "camera", "zone_number": "001"},
                {"external_device_id": "cam-2", "device_type": "camera", "zone_number": "x"},
            ]
            good, bad = client.account.add_devices(made.site_id, rows, "key-4")
            assert good.is_done
            assert not bad.is_done
            assert "zone_number" in bad.fields
            assert [one.external_device_id for one in client.account.devices(made.site_id).values] == [
                "cam-1"
            ]
            assert client.account.authority(made.site_id) is ArmingAuthority.CHEKT
            changed = client.account.set_authority(
                made.site_id, ArmingAuthority.PANEL_PRIMARY_BRIDGE, "key-5"
            )
            assert changed is ArmingAuthority.PANEL_PRIMARY_BRIDGE
            contact = client.contacts.add(
                made.site_id,
                {"external_contact_id": "c-1", "first_name": "Ada", "last_name": "Byron"},
                "key-6",
            )
            client.contacts.change(
                made.site_id, contact.contact_id, {"phone_number": "+14155552671"}, "key-7"
            )
            client.contacts.ask_validation(made.site_id, contact.contact_id)
            (read,) = client.contacts.list(made.site_id).values
            assert (read.phone_number, read.sms_validation.value) == ("+14155552671", "pending")
            client.contacts.delete(made.site_id, contact.contact_id, "key-8")
            token = simulator.control("token")["access_token"]
            gone = httpx.delete(
                f"{simulator.url}/partner/v1/dealers/{simulator.dealer_id}/sites/{made.site_id}",
                headers={"Authorization": f"Bearer {token}"},
            )
            assert gone.status_code == 204
            assert made.site_id not in {site.site_id for site in client.account.sites().values}
        finally:
            key_only.close()
            client.close()


def test_changes_of_one_site_at_the_same_moment_lose_no_field(tmp_path: Path) -> None:
    with RunningSimulator(tmp_path / "world", sites=1) as simulator:
        address = Address(simulator.url, simulator.api_key, simulator.control_token, simulator.dealer_id)
        first, second = build_client(address), build_client(address)
        try:
            (site,) = first.account.sites().values
            with ThreadPoolExecutor(2) as people:
                for number in range(25):
                    both = (
                        people.submit(
                            first.account.change_site, site.site_id, {"name": f"N{number}"}, f"n{number}"
                        ),
                        people.submit(
                            second.account.change_site,
                            site.site_id,
                            {"account_number": f"A{number}"},
                            f"a{number}",
                        ),
                    )
                    for one in both:
                        one.result(20)
                    now = first.account.site(site.site_id)
                    assert (now.name, now.account_number) == (f"N{number}", f"A{number}")
        finally:
            first.close()
            second.close()


def test_a_token_opens_the_public_half_as_far_as_its_scopes_go(tmp_path: Path) -> None:
    with RunningSimulator(tmp_path / "world", sites=3) as simulator:
        token = simulator.control("token")["access_token"]
        with httpx.Client(base_url=simulator.url, headers={"Authorization": f"Bearer {token}"}) as api:
            assert api.get("/ext/v1/sites").status_code == 200
        with httpx.Client(base_url=simulator.url, headers={"Authorization": f"Bearer {token}x"}) as api:
            assert api.get("/ext/v1/sites").status_code == 401
