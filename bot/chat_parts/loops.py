"""Things made once for each event loop: pooled connections do not survive a change of loop."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

PerLoop = dict[asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


async def once(made: PerLoop, build: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What `build` gave this loop, building it for whoever comes first; whoever comes meanwhile waits."""
    loop = asyncio.get_running_loop()
    for gone in [each for each in list(made) if each.is_closed()]:
        made.pop(gone, None)
    if loop not in made:
        made[loop] = loop.create_task(build())
    return await asyncio.shield(made[loop])
