"""Revocation and introspection over HTTP."""

from idp.protocol.endpoints import introspection, revocation
from idp.protocol.engine import Engine
from idp.web.programs.call import Call
from idp.web.programs.desk import Place
from idp.web.programs.reply import Reply, wire_reply

VARIES = (("Vary", "Accept"),)


def issued_places(engine: Engine) -> dict[str, Place]:
    """Return where clients ask about their tokens and give them back."""

    def revoke(call: Call) -> Reply:
        return answer(call, revocation.NAME, revocation.PATH)

    def introspect(call: Call) -> Reply:
        return answer(call, introspection.NAME, introspection.PATH)

    def answer(call: Call, name: str, path: str) -> Reply:
        said = engine.endpoint(name, path, call.form(), authorization=call.authorization, accept=call.accept)
        return wire_reply(said, VARIES)

    return {
        revocation.PATH: Place(answers={"POST": revoke}, shared=True),
        introspection.PATH: Place(answers={"POST": introspect}),
    }
