"""Speech in and out over plain HTTP: a recording comes in, a WAV goes out. Nothing is kept of either."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.ports import NotHeard
from bot.session import Session
from retrieval.errors import KoushiError
from ui.practise import shelf

if TYPE_CHECKING:
    from ui.wiring import Wiring

LARGEST = 20_000_000
"Bytes of one recording; two minutes in a browser's own format are about two million."


def router(wiring: "Wiring") -> APIRouter:
    """`POST /voice/hear?talk=` and `GET /voice/reply.wav?talk=&turn=`."""
    routes = APIRouter(prefix="/voice")
    routes.add_api_route("/hear", _hear(wiring), methods=["POST"], include_in_schema=False)
    routes.add_api_route("/reply.wav", _reply(wiring), methods=["GET"], include_in_schema=False)
    return routes


def _hear(wiring: "Wiring") -> Any:
    async def hear(request: Request, talk: str) -> JSONResponse:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return _problem("只接受本页面的录音", 403)
        data = b""
        async for piece in request.stream():
            data += piece
            if len(data) > LARGEST:
                return _problem("录音太长了，请分几次说", 413)
        try:
            return await asyncio.to_thread(_written, wiring, talk, data)
        except KoushiError as error:
            return _problem(str(error), 422)

    return hear


def _problem(text: str, status: int) -> JSONResponse:
    return JSONResponse({"problem": text}, status_code=status)


def _written(wiring: "Wiring", talk_id: str, data: bytes) -> JSONResponse:
    """Blocking: decodes and recognises."""
    from bot.audio import decode

    transcriber = wiring.transcriber
    if transcriber is None:
        return _problem("这台机器还没有语音识别模型，请先打字", 503)
    talk = wiring.talks.talk(talk_id)
    persona = wiring.station_of(talk.station_id, talk.station_version).persona
    heard = transcriber.transcribe(decode(data), (persona.name, persona.address))
    if isinstance(heard, NotHeard):
        return _problem(heard.reason, 200)
    return JSONResponse({"text": heard.text, "confidence": round(heard.confidence, 3)})


def _reply(wiring: "Wiring") -> Any:
    async def reply(talk: str, turn: int) -> Response:
        try:
            session = Session.resume(wiring.tools, wiring.station_of, talk)
            spoken = _spoken(wiring, session, turn)
            return Response(await spoken, media_type="audio/wav", headers={"cache-control": "no-store"})
        except KoushiError as error:
            return _problem(str(error), 404)

    return reply


async def _spoken(wiring: "Wiring", session: Session, index: int) -> bytes:
    """One reply of the counterpart as WAV; empty sound when the browser speaks.

    Only what the counterpart said in a stored talk can be asked for, so nobody makes us say other things.
    """
    from bot.audio import wav_bytes

    turns = session.transcript().turns
    chain = wiring.speaker(agreed=bool(shelf.consent(wiring.engine)))
    if chain is None or not 0 <= index < len(turns) or turns[index].role != "counterpart":
        raise KoushiError("没有这句回复")
    mood = next((e.state.tension for e in reversed(session.exchanges) if e.turn.index < index), None)
    sound: AsyncIterator[bytes] = chain.speak(
        turns[index].text, session.station.persona.voice, session.state.tension if mood is None else mood
    )
    return wav_bytes(b"".join([piece async for piece in sound]), chain.sample_rate)
