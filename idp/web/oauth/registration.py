"""Registration over HTTP: clients register, and manage their registration with the token they got."""

from email.utils import format_datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from idp.domain.errors import Refusal
from idp.domain.ids import ClientId
from idp.protocol.endpoints.bearer import read_bearer
from idp.protocol.endpoints.registration import PATH, client_information, read_metadata
from idp.services.registration import Registered, SelfRegistration
from idp.web.reply import NO_STORE, json_reply
from idp.web.request import authorization, network

JSON = "application/json"
BUSY = {
    "error": "temporarily_unavailable",
    "error_description": "Too many registrations came from this network; try again later.",
}


def registration_endpoint(registration: SelfRegistration, *, issuer: str) -> Blueprint:
    """Build the endpoint where clients register, and that of each client's registration."""
    endpoint = Blueprint("registration", __name__)

    @endpoint.post(PATH)
    def register() -> ResponseReturnValue:
        if busy := too_many():
            return busy
        return tell(registration.register(sent_metadata(), authorization=authorization()), 201)

    @endpoint.get(f"{PATH}/<client_id>")
    def read(client_id: str) -> ResponseReturnValue:
        return tell(registration.read(ClientId(client_id), read_bearer(authorization())))

    @endpoint.put(f"{PATH}/<client_id>")
    def change(client_id: str) -> ResponseReturnValue:
        if busy := too_many():
            return busy
        token = read_bearer(authorization())
        return tell(registration.change(ClientId(client_id), token, sent_metadata()))

    @endpoint.delete(f"{PATH}/<client_id>")
    def remove(client_id: str) -> ResponseReturnValue:
        registration.remove(ClientId(client_id), read_bearer(authorization()))
        return Response(status=204, headers={"Cache-Control": NO_STORE})

    def too_many() -> Response | None:
        tries = registration.admit(network())
        if tries.allowed:
            return None
        return json_reply(BUSY, 429, [("Retry-After", format_datetime(tries.until, usegmt=True))])

    def tell(known: Registered, status: int = 200) -> Response:
        told = client_information(known.client, issuer=issuer, token=known.token, secret=known.secret)
        return json_reply(told, status)

    return endpoint


def sent_metadata() -> dict[str, object]:
    """Return the JSON object that was sent."""
    if request.mimetype != JSON:
        raise Refusal("invalid_request", "The body must be application/json.")
    return read_metadata(request.get_data(cache=False))
