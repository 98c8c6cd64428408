"""The Ed25519 keys of a local network, made at its first start."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def make_pair(private: Path, public: Path) -> None:
    """Write a new key pair as PEM, unless there is one; the private half is for the owner's eyes alone."""
    for path in (private, public):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if private.exists() and public.exists():
        return
    key = Ed25519PrivateKey.generate()
    private.unlink(missing_ok=True)
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
