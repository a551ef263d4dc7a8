"""Keys of the tests' own; made once, since that takes longer than a test."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@cache
def a_key(number: int = 0, *, bits: int = 2_048) -> RSAPrivateKey:
    """A private key; another one for each number."""
    return generate_private_key(public_exponent=65_537, key_size=bits)


def public_pem(key: RSAPrivateKey) -> str:
    """What is pasted into the form."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key: RSAPrivateKey) -> str:
    """What must not be pasted into the form."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def an_assertion(key: RSAPrivateKey, claims: Mapping[str, Any], *, algorithm: str = "RS256") -> str:
    """A JSON Web Token that is signed with RS256, whatever its header says."""
    header = {"alg": algorithm, "typ": "JWT"}
    signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
    return f"{signed}.{_encoded(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
