"""The channel layer: Channels' interface, one process to another, and what happens at capacity and without Redis."""

import asyncio
from contextlib import asynccontextmanager
from functools import wraps

import pytest

from mwork import hub, redis
from mwork.hub import LOST, HubChannelLayer
from tests.live import SteadyRedis

SOON, NOT = 5, 0.3  # seconds within which something comes, and after which we believe that nothing will


def on_a_loop(test):
    @wraps(test)
    def wrapper(*args, **kwargs):
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), 60))

    return wrapper


@asynccontextmanager
async def layers(count: int = 1, **options):
    """So many layers, as so many processes have them."""
    made = [HubChannelLayer(**options) for _ in range(count)]
    try:
        yield made
    finally:
        for layer in made:
            await layer.flush()


async def heard(layer, channel) -> list[dict]:
    """All that the channel gets until nothing comes."""
    messages, patience = [], SOON
    while True:
        try:
            messages.append(await asyncio.wait_for(layer.receive(channel), patience))
        except TimeoutError:
            return messages
        patience = NOT


async def nothing(layer, channel) -> bool:
    try:
        await asyncio.wait_for(layer.receive(channel), NOT)
    except TimeoutError:
        return True
    return False


@on_a_loop
async def test_a_channel_gets_what_is_sent_to_it_in_order():
    async with layers() as (layer,):
        channel, other = await layer.new_channel(), await layer.new_channel()
        await layer.group_add("anything", channel)
        for n in range(5):
            await layer.send(channel, {"type": "test.message", "text": f"ё{n}"})

        assert await heard(layer, channel) == [{"type": "test.message", "text": f"ё{n}"} for n in range(5)]
        assert await nothing(layer, other)


@on_a_loop
async def test_a_group_reaches_its_members_in_every_process_and_nobody_else():
    async with layers(2) as (one, other):
        here, there, outside = await one.new_channel(), await other.new_channel(), await one.new_channel()
        await one.group_add("room", here)
        await other.group_add("room", there)
        await one.group_add("elsewhere", outside)

        await one.group_send("room", {"type": "test.message"})
        await other.send(here, {"type": "test.direct"})

        # Of two processes' messages either may come first.
        assert sorted(message["type"] for message in await heard(one, here)) == ["test.direct", "test.message"]
        assert await heard(other, there) == [{"type": "test.message"}]
        assert await nothing(one, outside)


@on_a_loop
async def test_who_leaves_a_group_hears_no_more():
    async with layers() as (layer,):
        stays, leaves = await layer.new_channel(), await layer.new_channel()
        for channel in (stays, leaves):
            await layer.group_add("room", channel)
        await layer.group_discard("room", leaves)
        await layer.group_discard("room", leaves)
        await layer.group_discard("never-there", leaves)

        await layer.group_send("room", {"type": "test.message"})

        assert await heard(layer, stays) == [{"type": "test.message"}]
        assert await nothing(layer, leaves)


@on_a_loop
async def test_one_who_is_twice_in_a_group_hears_once():
    async with layers() as (layer,):
        channel = await layer.new_channel()
        for _ in range(2):
            await layer.group_add("room", channel)

        await layer.group_send("room", {"type": "test.message"})

        assert await heard(layer, channel) == [{"type": "test.message"}]


@on_a_loop
async def test_names_that_are_none_are_refused():
    async with layers() as (layer,):
        channel = await layer.new_channel()
        for name in ("¯\\_(ツ)_/¯", "x" * 100, "a b", None):
            with pytest.raises(TypeError):
                await layer.group_add(name, channel)
            with pytest.raises(TypeError):
                await layer.group_send(name, {"type": "test.message"})
            with pytest.raises(TypeError):
                await layer.send(name, {"type": "test.message"})


@on_a_loop
async def test_a_full_channel_is_told_that_it_lost_something_and_others_lose_nothing():
    async with layers(capacity=10) as (layer,):
        slow, quick = await layer.new_channel(), await layer.new_channel()
        for channel in (slow, quick):
            await layer.group_add("room", channel)
        got = []

        async def follow():
            while len(got) < 25:
                got.append(await layer.receive(quick))

        reader = asyncio.create_task(follow())
        for n in range(25):
            await layer.group_send("room", {"type": "test.message", "n": n})
        await asyncio.wait_for(reader, SOON)

        assert [message["n"] for message in got] == list(range(25))
        waiting = await heard(layer, slow)
        assert waiting[0] == LOST
        assert len(waiting) <= 10
        assert waiting[-1] == {"type": "test.message", "n": 24}


@on_a_loop
async def test_nothing_of_a_channel_that_left_stays_behind():
    async with layers() as (layer,):
        for _ in range(50):
            channel = await layer.new_channel()
            await layer.group_add(f"group.{channel.split('!')[1]}", channel)
            await nothing_waits(layer, channel)
            await layer.group_discard(f"group.{channel.split('!')[1]}", channel)

        assert (layer._groups, layer._queues) == ({}, {})


async def nothing_waits(layer, channel) -> None:
    task = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    task.cancel()


def test_a_process_that_is_no_server_sends_too():
    """A worker or a command: no loop runs, nothing listens."""
    seen = []

    async def listen():
        async with layers() as (layer,):
            channel = await layer.new_channel()
            await layer.group_add("room", channel)
            assert await asyncio.to_thread(HubChannelLayer().publish, ["room"], {"type": "test.message"})
            seen.extend(await heard(layer, channel))

    asyncio.run(listen())
    assert seen == [{"type": "test.message"}]


def test_one_layer_serves_one_loop_after_another():
    layer = HubChannelLayer()

    async def once():
        channel = await layer.new_channel()
        await layer.group_add("room", channel)
        await layer.group_send("room", {"type": "test.message"})
        return await heard(layer, channel)

    assert [asyncio.run(once()) for _ in range(2)] == [[{"type": "test.message"}]] * 2


def test_a_redis_that_restarts_is_found_again_and_everybody_told(settings, tmp_path):
    asyncio.run(asyncio.wait_for(outage(settings, SteadyRedis(tmp_path / "valkey")), 60))


async def outage(settings, server):
    with server:
        settings.REDIS_URL = server.url
        redis.forget()
        layer = HubChannelLayer()
        channel = await layer.new_channel()
        await layer.group_add("room", channel)
        await layer.group_send("room", {"type": "test.before"})
        assert await heard(layer, channel) == [{"type": "test.before"}]
    assert not await asyncio.to_thread(layer.publish, ["room"], {"type": "test.meanwhile"})
    late = await layer.new_channel()
    await asyncio.wait_for(layer.group_add("room", late), 2)  # nobody waits for a Redis that is away
    with server:
        for each in (channel, late):
            assert await asyncio.wait_for(layer.receive(each), SOON) == LOST
        assert await asyncio.to_thread(layer.publish, ["room"], {"type": "test.after"})
        for each in (channel, late):
            while (message := await asyncio.wait_for(layer.receive(each), SOON)) == LOST:
                pass  # told by whoever found that Redis is back
            assert message == {"type": "test.after"}
        # Once more, when every other process has surely found Redis too.
        assert await asyncio.wait_for(layer.receive(channel), redis.AWAY_FOR + 3) == LOST
        await layer.flush()


def test_what_was_not_sent_is_made_good_though_the_subscription_never_broke(settings, tmp_path):
    """A Redis that hangs for a moment: what was to be sent is dropped, and those who listen notice nothing."""
    asyncio.run(asyncio.wait_for(hang(settings, SteadyRedis(tmp_path / "valkey")), 60))


async def hang(settings, server):
    with server:
        settings.REDIS_URL = server.url
        redis.forget()
        layer, elsewhere = HubChannelLayer(), HubChannelLayer()
        channel = await layer.new_channel()
        await layer.group_add("room", channel)
        redis.mark_away()
        assert not elsewhere.publish(["room"], {"type": "test.dropped"})
        redis.mark_back()
        assert await nothing(layer, channel)

        assert await asyncio.to_thread(elsewhere.publish, ["room"], {"type": "test.after"})

        assert await heard(layer, channel) == [LOST, {"type": "test.after"}]
        redis.mark_away()
        assert not layer.publish(["room"], {"type": "test.dropped"})
        redis.mark_back()
        assert await asyncio.wait_for(layer.receive(channel), hub.QUIET + 2) == LOST  # a listener needs no occasion
        await layer.flush()


def test_the_topic_is_the_databases_own():
    assert hub.topic() == f"{redis.client().connection_pool.connection_kwargs['db']}.live"
