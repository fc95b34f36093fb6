-- Failure detection: a content server is killed, is known to be dead, and returns.

local check = require("mcdn.check")
local standard = require("mcdn.standard")
local times = require("mcdn.times")
local wire = require("mcdn.wire")

local function check_death(site)
    local seconds = times.until_dead(site.net.times)
    site.cs1:kill()
    local silence = site.monitor:says(
        "%[MONITOR%] Server CS1 marked as DEAD %(no heartbeat for (%d+%.%d)s%)", seconds)
    check.at_least(tonumber(silence), site.net.times.timeout - 0.1)
    site:waits_until("CS1", "dead")
    local code, text = site:client("--servers")
    check.equal(code, 0)
    check.matches(text, "CS1: 127%.0%.0%.1:%d+ %(load=%d+, status=dead%)")
    check.matches(text, "CS2: 127%.0%.0%.1:%d+ %(load=%d+, status=alive%)")
end

-- A client is never sent to the dead one; what it alone had is not found.
local function check_files_of_the_living(site)
    site:fails_to_download("sample_cs1.txt")
    check.equal(wire.ask(site.index.tcp_port, "GET sample_cs1.txt"), "ERROR FILE_NOT_FOUND")
    for _ = 1, 10 do
        local place, answer = wire.locate(site.index.tcp_port, "shared_document.txt")
        check.equal(place and place.id, "CS2", "sent to CS2; the answer was " .. tostring(answer))
    end
    site:downloads("shared_document.txt", 600)
    local files = wire.files(site.index.tcp_port)
    check.equal(files["sample_cs1.txt"], nil, "a file without a live holder is not listed")
    check.equal(files["shared_document.txt"], 600)
end

local function check_return(site)
    local mark = site.monitor.log:mark()
    site.cs1 = site.net:restart(site.cs1)
    site.monitor:says("%[MONITOR%] Server CS1 came back online!",
        times.until_seen(site.net.times), mark)
    site:settles()
    site:downloads("sample_cs1.txt", 500)
end

-- Late heartbeats: a server that stands still for longer than the timeout is dead, and alive again
-- as soon as it goes on.
local function check_suspended(site)
    local mark = site.monitor.log:mark()
    check.truthy(site.cs2.child:suspend())
    site:waits_until("CS2", "dead")
    check.truthy(site.cs2.child:resume())
    site.monitor:says("Server CS2 came back online!", times.until_seen(site.net.times), mark)
    site:settles()
    site:downloads("sample_cs2.txt", 500)
end

return function(test)
    local site = standard.start(test:network())
    site:settles()
    check_death(site)
    check_files_of_the_living(site)
    check_return(site)
    check_suspended(site)
end
