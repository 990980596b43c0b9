"""The endpoints that clients call before and after a visit: pushed requests, and tokens."""

from idp.protocol import engine
from idp.protocol.endpoints import pushed_authorization as pushed
from idp.web.programs.call import Call
from idp.web.programs.desk import Place
from idp.web.programs.reply import Reply, wire_reply


def token_places(tokens: engine.Engine) -> dict[str, Place]:
    """Return where codes, refresh tokens and client credentials become tokens, and requests are pushed."""

    def token(call: Call) -> Reply:
        return wire_reply(tokens.token(call.form(), authorization=call.authorization))

    def push(call: Call) -> Reply:
        return wire_reply(
            tokens.endpoint(pushed.NAME, pushed.PATH, call.form(), authorization=call.authorization)
        )

    return {
        engine.PATH: Place(answers={"POST": token}, shared=True),
        pushed.PATH: Place(answers={"POST": push}),
    }
