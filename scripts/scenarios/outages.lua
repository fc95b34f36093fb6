-- Outages in the middle of 200 MiB: content servers, the index and the monitor are killed, stopped
-- and started again while a client downloads. It gets every byte, and hardly one of them twice.

local check = require("mcdn.check")
local downloads = require("mcdn.downloads")
local times = require("mcdn.times")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")

local MIB = downloads.MIB
local CHUNK = downloads.CHUNK
local SIZE = 200 * MIB
local NAME = "disk.img"
local CONNECTIONS = 4

local function kill_first(site)
    site.cs1:kill()
end

local function start_first(site)
    site.cs1 = site.net:restart(site.cs1)
end

local function stop_second(site)
    check.equal(site.cs2:stop(), 0, "exit code of an orderly stop in the middle of a download")
end

local function start_second(site)
    site.cs2 = site.net:restart(site.cs2)
end

local function kill_index(site)
    site.index:kill()
    site.index = site.net:restart(site.index)
end

local function stop_index(site)
    check.equal(site.index:stop(), 0, "the index's exit code")
    site.index = site.net:restart(site.index)
end

local function kill_monitor(site)
    site.monitor:kill()
    site.monitor = site.net:restart(site.monitor)
end

local function stop_monitor(site)
    check.equal(site.monitor:stop(), 0, "the monitor's exit code")
    site.monitor = site.net:restart(site.monitor)
end

-- All content servers at once, and the index with them; nothing flows before they are dead.
local function kill_all(site)
    site.cs1:kill()
    site.cs2:kill()
    site.proxy:gate(nil)
    site.index:kill()
    start_first(site)
    start_second(site)
    site.index = site.net:restart(site.index)
end

-- What happens when so many MiB were sent. Meanwhile bytes flow up to the next event's place,
-- however long it takes; or without a limit, so that an orderly stop finds its transfers done; or
-- not at all.
local events = {
    { 10, kill_monitor },
    { 25, kill_first },
    { 40, kill_index },
    { 60, start_first },
    { 75, stop_second, flow = "free" },
    { 100, start_second },
    { 115, stop_monitor },
    { 130, stop_index },
    { 150, kill_all, flow = "none" },
}

-- Real servers that no index knows, and doors in front of them that take their places at the index
-- and at the monitor: so the bytes are counted, and the servers die for real.
local function start(test)
    local site = downloads.start(test, "outages", { monitor = true })
    local file = site:make_file("files", NAME, SIZE)
    site.cs1 = site:serves(file)
    site.cs2 = site:serves(file)
    for at, upstream in ipairs({ site.cs1, site.cs2 }) do
        local door = site:door("P" .. at, upstream, file)
        door:beats(site.monitor)
        door:rate(40 * MIB)
    end
    waiting.eventually("the index knows both", times.until_seen(site.net.times), function()
        return standard.have_status(site.monitor.tcp_port, { "P1", "P2" }, "alive")
    end)
    return site, file
end

local function let_happen(site, event, next_event)
    local next_place = next_event and next_event[1] * MIB or nil
    site.proxy:waits_for(event[1] * MIB)
    if event.flow ~= "none" then
        site.proxy:gate(event.flow ~= "free" and next_place or nil)
    end
    event[2](site)
    site.proxy:gate(next_place)
end

return function(test)
    local site, file = start(test)
    site.proxy:gate(events[1][1] * MIB)
    local client = site:start_client(NAME)
    for at, event in ipairs(events) do
        let_happen(site, event, events[at + 1])
        check.equal(client:exit_code(), nil, "the client goes on")
    end
    check.equal(client:wait(60), 0, "exit code")
    site:has(file)
    site:sent_again_at_most(CONNECTIONS * CHUNK)
    site:stop()
end
