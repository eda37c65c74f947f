"""STS: who may become a role by the token of a service account (IRSA).

Signatures and expiry are not looked at: the API server of a test signs with a key that nobody publishes.
"""
import base64
import binascii
import fnmatch
import json

from moto.iam.models import iam_backends
from moto.sts.exceptions import STSClientError
from moto.sts.responses import TokenResponse

from .iam import AccessDenied
from .patching import patch

ACTION = "sts:AssumeRoleWithWebIdentity"


class InvalidIdentityToken(STSClientError):
    def __init__(self, message):
        super().__init__("InvalidIdentityToken", message)


def listed(value):
    return value if isinstance(value, list) else [value]


def claims_of(token):
    try:
        part = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, binascii.Error):
        raise InvalidIdentityToken("The ID Token provided is not a valid JWT. (You may see this error if you "
                                   "sent an Access Token)") from None


def provider_of(backend, claims):
    issuer = claims.get("iss", "")
    for provider in backend.open_id_providers.values():
        if provider.url.removeprefix("https://") == issuer.removeprefix("https://"):
            break
    else:
        raise InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {issuer}")
    if not set(listed(claims.get("aud", []))) & set(provider.client_id_list):
        raise InvalidIdentityToken("Incorrect token audience")
    return provider


def holds(operator, key, wanted, context):
    values = context.get(key, [])
    if operator == "StringLike":
        return any(fnmatch.fnmatchcase(value, pattern) for value in values for pattern in listed(wanted))
    if operator == "StringEquals":
        return any(value in listed(wanted) for value in values)
    return False  # no other operator is emulated: refused rather than let in


def trusts(statement, provider, context):
    principal = statement.get("Principal", {})
    federated = listed(principal.get("Federated", [])) if isinstance(principal, dict) else [principal]
    conditions = statement.get("Condition", {})
    return (statement.get("Effect") == "Allow" and provider.arn in federated
            and any(fnmatch.fnmatchcase(ACTION, action) for action in listed(statement.get("Action", [])))
            and all(holds(operator, key, wanted, context)
                    for operator, block in conditions.items() for key, wanted in block.items()))


@patch(TokenResponse)
def assume_role_with_web_identity(original, self):
    """moto lets anybody in, whatever the token and the trust policy say."""
    arn = self._get_param("RoleArn")
    parts = arn.split(":")
    backend = iam_backends[parts[4]][parts[1]] if len(parts) == 6 else None
    role = backend and next((one for one in backend.roles.values() if one.arn == arn), None)
    claims = claims_of(self._get_param("WebIdentityToken"))
    provider = provider_of(backend or iam_backends[self.current_account][self.partition], claims)
    name = provider.url.removeprefix("https://")
    context = {f"{name}:{claim}": listed(claims[claim]) for claim in ("sub", "aud") if claim in claims}
    statements = json.loads(role.assume_role_policy_document)["Statement"] if role else []
    if not any(trusts(statement, provider, context) for statement in listed(statements)):
        raise AccessDenied(f"Not authorized to perform {ACTION}")
    return original(self)
