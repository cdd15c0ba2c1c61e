"""The register of identity providers is read strictly: every fault is refused with its line, in Dutch."""

from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from hub.kernel.errors import Invalid
from hub.people.schemas import parse_providers
from hub.people.words import ALGORITHMS

GOOD = """
- name: drenthe
  title: Meldpunt Drenthe
  issuer: https://inloggen.example/drenthe
  client_id: schakel
  key_file: key.pem
  partner: bureau-drenthe
"""
BY_CLAIM = GOOD.replace("partner: bureau-drenthe", "partner_claim: organization\n  partners:\n    abc-123: bureau-drenthe")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys")
    key = RSAKey.generate_key(2048)
    (made / "key.pem").write_bytes(key.as_pem(private=True))
    (made / "public.pem").write_bytes(key.as_pem(private=False))
    (made / "onzin.pem").write_text("onzin")
    return made


def test_a_provider_bound_to_one_partner_is_read_with_safe_defaults(folder: Path) -> None:
    [provider] = parse_providers(GOOD, name="p.yaml", directory=folder)

    assert (provider.partner, provider.partner_claim, provider.algorithms) == ("bureau-drenthe", None, ALGORITHMS)
    assert (provider.scopes, provider.acr_claim, provider.max_age) == (("openid",), "acr", None)
    assert "PRIVATE" not in repr(provider)


def test_a_provider_bound_by_a_claim_names_the_partner_of_each_value(folder: Path) -> None:
    [provider] = parse_providers(BY_CLAIM.replace("organization", "organization.id"), name="p.yaml", directory=folder)

    assert (provider.partner_claim, provider.partners) == (("organization", "id"), {"abc-123": "bureau-drenthe"})


FAULTS = {
    "an empty list": ("[]", 1, "ten minste één"),
    "one provider without a list": (GOOD.replace("- name", "  name"), 2, "lijst"),
    "an unknown key": (GOOD + "  geheim: x\n", 8, "bestaat niet"),
    "a client secret": (GOOD + "  client_secret: x\n", 8, "bestaat niet"),
    "a missing issuer": (GOOD.replace("  issuer: https://inloggen.example/drenthe\n", ""), 2, "ontbreekt"),
    "plain http elsewhere": (GOOD.replace("https://", "http://"), 4, "https"),
    "an issuer with a question": (GOOD.replace("/drenthe", "/drenthe?a=b"), 4, "https"),
    "an algorithm that shares a secret": (GOOD + "  algorithms: [HS256]\n", 8, "PS256"),
    "an algorithm that signs nothing": (GOOD + "  algorithms: [none]\n", 8, "PS256"),
    "a scope for personal data": (GOOD + "  scopes: [openid, profile]\n", 8, "profile"),
    "no openid among the scopes": (GOOD + "  scopes: [organisatie]\n", 8, "openid"),
    "an age that is no number": (GOOD + "  max_age: lang\n", 8, "seconden"),
    "no partner at all": (GOOD.replace("  partner: bureau-drenthe\n", ""), 2, "partner"),
    "a claim without partners": (GOOD + "  partner_claim: organisatie\n", 2, "horen bij elkaar"),
    "partners without a claim": (GOOD + "  partners:\n    a: b\n", 8, "horen bij elkaar"),
    "no partner behind the claim": (BY_CLAIM.replace("\n    abc-123: bureau-drenthe", " []"), 8, "één partner"),
    "a name that is no part of an address": (GOOD.replace("name: drenthe", "name: Dren/the"), 2, "kleine letters"),
    "a key file that is not there": (GOOD.replace("key.pem", "weg.pem"), 6, "RSA"),
    "a key file with a public key": (GOOD.replace("key.pem", "public.pem"), 6, "RSA"),
    "a key file with something else": (GOOD.replace("key.pem", "onzin.pem"), 6, "RSA"),
    "the same provider twice": (GOOD + GOOD, 2, "dezelfde"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_register_is_refused_with(folder: Path, fault: str) -> None:
    text, line, word = FAULTS[fault]

    with pytest.raises(Invalid) as refused:
        parse_providers(text, name="p.yaml", directory=folder)

    assert f"p.yaml, regel {line}:" in refused.value.sentence
    assert word in refused.value.sentence
