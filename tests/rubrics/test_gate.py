"""One limit for all, and who came first goes first."""

import asyncio

import pytest

from rubrics.gate import Gate


async def test_no_more_than_there_is_room_for_and_the_first_talk_before_the_later() -> None:
    gate, inside, most, done = Gate(2), 0, 0, []

    async def one(order: int) -> None:
        nonlocal inside, most
        async with gate.turn(order):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            done.append(order)

    await asyncio.gather(*(one(order) for order in (5, 5, 3, 1, 2, 4)))
    assert most == 2
    assert done[2:] == [1, 2, 3, 4]


async def test_who_gives_up_waiting_leaves_no_hole() -> None:
    gate = Gate(1)
    async with gate.turn(1):
        waiting = [asyncio.create_task(_enter(gate)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting[0]
    await asyncio.wait_for(asyncio.gather(*waiting[1:]), 2)
    async with asyncio.timeout(2), gate.turn(9):
        pass


async def _enter(gate: Gate) -> None:
    async with gate.turn(2):
        await asyncio.sleep(0)


async def test_let_in_and_cancelled_at_the_same_moment_the_place_is_given_on() -> None:
    gate = Gate(1)
    async with gate.turn(1):
        waiting = asyncio.create_task(_enter(gate))
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(2), gate.turn(1):
        pass
