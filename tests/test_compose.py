"""The trial with docker-compose fits the hub: valid, on this machine only, every setting exists, Keycloak and register agree.

No Docker runs here; a real start is a step of each release.
"""

import json
import re
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from joserfc.jwk import KeySet, RSAKey

from hub.demo.personas import PERSONAS
from hub.kernel.settings import EXPLAINED, OPTIONAL
from hub.people.schemas import load_providers

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
REALM = json.loads((ROOT / "compose" / "keycloak" / "realm-schakel.json").read_text("utf-8"))
[CLIENT] = REALM["clients"]
DOCKERFILE = (ROOT / "compose" / "Dockerfile").read_text("utf-8")
OURS = [name for name, service in SERVICES.items() if service["image"] == "schakel:local"]
TOP_KEYS = {"name", "services", "volumes", "x-hub"}
SERVICE_KEYS = {
    "image", "build", "command", "environment", "volumes", "ports", "depends_on", "healthcheck", "network_mode", "restart", "user",
    "profiles", "cap_drop", "cap_add", "security_opt",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def prepare() -> ModuleType:
    spec = util.spec_from_file_location("prepare", ROOT / "compose" / "prepare.py")
    assert spec and spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def provider(tmp_path: Path) -> Any:
    (tmp_path / "providers.yaml").write_bytes((ROOT / "compose" / "providers.yaml").read_bytes())
    (tmp_path / "provider-key.pem").write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
    [found] = load_providers(tmp_path / "providers.yaml")
    return found


def test_the_file_has_the_parts_that_the_issue_promises_and_no_key_that_compose_does_not_know() -> None:
    assert set(COMPOSE) == TOP_KEYS
    assert {"db", "keycloak", "web", "clock", "mail", "migrate", "prepare", "fill"} == set(SERVICES)
    assert not {key for service in SERVICES.values() for key in service} - SERVICE_KEYS


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_mounts_and_waits_for_exists(name: str) -> None:
    service = SERVICES[name]
    waits = service.get("depends_on", {})

    assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
    assert set(waits) <= set(SERVICES)
    assert {each["condition"] for each in waits.values()} <= CONDITIONS
    assert all("healthcheck" in SERVICES[other] for other, each in waits.items() if each["condition"] == "service_healthy")
    assert service["image"].count(":") == 1
    assert not service["image"].endswith(":latest")


def test_every_port_listens_on_this_machine_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", OURS)
def test_every_setting_exists_and_none_is_missing(name: str) -> None:
    settings = {key for key in SERVICES[name]["environment"] if key.startswith("SCHAKEL_")}

    assert settings <= set(EXPLAINED)
    assert set(EXPLAINED) - OPTIONAL <= settings
    assert ("SCHAKEL_DATABASE_ADMIN" in settings) == (name == "migrate")


def test_no_secret_of_the_hub_stands_in_the_file() -> None:
    assert not re.search(r"BEGIN [A-Z ]*PRIVATE KEY|client_secret", json.dumps(COMPOSE) + json.dumps(REALM))
    assert all("PASSWORD" not in key or value.startswith("/run/") for name in OURS for key, value in SERVICES[name]["environment"].items())


def test_every_schakel_command_that_starts_without_a_profile_exists() -> None:
    known = set(import_module("hub.cli").main.commands)
    used = {name: SERVICES[name]["command"][1] for name in OURS if SERVICES[name]["command"][0] == "schakel"}

    assert set(used.values()) <= known
    assert "clock" in used.values()


def test_keycloak_lets_in_exactly_our_client_with_pkce_and_its_own_key(provider: Any) -> None:
    public_url = SERVICES["web"]["environment"]["SCHAKEL_PUBLIC_URL"]
    attributes = CLIENT["attributes"]

    assert CLIENT["clientId"] == provider.client_id
    assert CLIENT["redirectUris"] == [f"{public_url}/aanmelden/{provider.name}/terug"]
    assert attributes["backchannel.logout.url"] == f"{public_url}/aanmelden/{provider.name}/afgemeld"
    assert (CLIENT["clientAuthenticatorType"], attributes["pkce.code.challenge.method"]) == ("client-jwt", "S256")
    assert attributes["token.endpoint.auth.signing.alg"] == "PS256"
    assert attributes["id.token.signed.response.alg"] in provider.algorithms
    for way_in in ("implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled", "publicClient"):
        assert CLIENT[way_in] is False


def test_keycloak_and_register_name_the_same_issuer_and_the_same_organisations(provider: Any) -> None:
    assert provider.issuer == f"{SERVICES['keycloak']['environment']['KC_HOSTNAME']}/realms/{REALM['realm']}"
    assert {organisation["alias"] for organisation in REALM["organizations"]} == set(provider.partners) == set(provider.partners.values())
    assert "organization" in provider.scopes
    assert "organization" in CLIENT["optionalClientScopes"]


def test_the_realm_holds_the_people_of_the_demo_each_in_the_own_organisation() -> None:
    member_of = {member["username"]: each["alias"] for each in REALM["organizations"] for member in each["members"]}

    assert {user["id"]: member_of[user["username"]] for user in REALM["users"]} == {each.subject: each.partner for each in PERSONAS}


def test_the_realm_that_is_imported_holds_our_public_key_and_never_the_private_one() -> None:
    key = RSAKey.generate_key(2048)
    made = json.loads(prepare().realm_with(key, template=json.dumps(REALM)))
    [held] = json.loads(made["clients"][0]["attributes"]["jwks.string"])["keys"]

    assert KeySet.import_key_set({"keys": [held]}).keys[0].thumbprint() == key.thumbprint()
    assert "d" not in held


def test_the_image_copies_all_that_the_hub_needs_and_installs_by_hash() -> None:
    copied = {word for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()}

    assert {"hub", "adapters", "policies", "migrations", "requirements.lock"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    assert "--require-hashes --no-deps" in DOCKERFILE
    assert re.search(r"^USER schakel$", DOCKERFILE, re.MULTILINE)
