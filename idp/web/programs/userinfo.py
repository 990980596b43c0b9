"""UserInfo over HTTP."""

from idp.protocol.endpoints.userinfo import PATH, UserInfo
from idp.web.programs.call import Call
from idp.web.programs.desk import Place
from idp.web.programs.reply import Reply, wire_reply


def userinfo_places(userinfo: UserInfo) -> dict[str, Place]:
    """Return where the claims behind an access token are told."""

    def claims(call: Call) -> Reply:
        return wire_reply(userinfo.answer(call.authorization, call.posted_form()))

    return {PATH: Place(answers={"GET": claims, "POST": claims}, shared=True, wants_bearer=True)}
