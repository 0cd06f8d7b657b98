"""A certificate for one Ray session, so that its processes answer each other and nobody else.

Ray Serve's replicas listen on all addresses for calls that carry pickles. With mutual TLS under a key that is made for the session and
kept in its folder (mode 700), nobody without that key gets a word in.
"""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path


def mutual_tls(folder: Path) -> dict[str, str]:
    """Write key and certificate into a folder and return the variables under which Ray asks both sides for them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "inkstone")])
    addresses = x509.SubjectAlternativeName(
        [
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.DNSName("127.0.0.1"),
            x509.DNSName("localhost"),
            x509.DNSName(socket.gethostname()),
        ]
    )
    moment = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=3650))
        .add_extension(addresses, critical=False)
        .sign(key, hashes.SHA256())
    )
    private, public = folder / "key.pem", folder / "certificate.pem"
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    public.write_bytes(certificate.public_bytes(encoding))
    return {
        "RAY_USE_TLS": "1",
        "RAY_TLS_SERVER_CERT": str(public),
        "RAY_TLS_SERVER_KEY": str(private),
        "RAY_TLS_CA_CERT": str(public),
    }
