-- The monitor's notices: every registered index is told of deaths and of returns, of what is true
-- now and of nothing older after it.

local check = require("mcdn.check")
local socket = require("socket")
local standard = require("mcdn.standard")
local times = require("mcdn.times")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local TOLD_S = 20 -- a pause of the monitor's between two tries is at most 10 s

-- An index that is played by the scenario: it notes what it is told.
local function start_index(monitor, port)
    local listener = socket.tcp4()
    listener:setoption("reuseaddr", true)
    check.truthy(listener:bind("127.0.0.1", port or 0))
    check.truthy(listener:listen(32))
    listener:settimeout(0)
    local _, own = listener:getsockname()
    own = math.tointeger(tonumber(own))
    if not port then
        check.equal(wire.ask(monitor.tcp_port, "REGISTER_INDEX 127.0.0.1 " .. own),
            "OK INDEX_REGISTERED")
    end
    return { listener = listener, port = own, told = {} }
end

-- Notes what has come: one line on each connection, and then its end.
local function hear(index)
    local tcp = index.listener:accept()
    while tcp do
        local connection = wire.wrap(tcp)
        local line = connection:line()
        check.matches(line, "^SERVER_%u+ %S+ %d+$", "a notice")
        check.equal(connection:line(), nil, "nothing comes after a notice")
        connection:close()
        local seconds = tonumber(line:match("%d+$"))
        check.at_most(math.abs(seconds - os.time()), 30, "seconds between the notice and now")
        index.told[#index.told + 1] = line:match("^SERVER_(%u+ %S+)")
        tcp = index.listener:accept()
    end
    return table.concat(index.told, ", ")
end

local function beat(monitor, ...)
    for _, id in ipairs({ ... }) do
        wire.datagram(monitor.udp_port, ("HEARTBEAT %s 127.0.0.1 7001 0 1\n"):format(id))
    end
end

-- Waits, with the heartbeats of these servers, until the last thing that an index was told is this.
local function awaits(monitor, index, notice, ...)
    local alive = { ... }
    waiting.eventually("an index is told " .. notice, TOLD_S, function()
        beat(monitor, table.unpack(alive))
        local told = hear(index)
        return index.told[#index.told] == notice, told
    end)
end

-- Waits until the index has been told just this, and the monitor has no more to say.
local function expect_told(monitor, index, expected, ...)
    local alive = { ... }
    waiting.eventually("an index was told " .. expected, TOLD_S, function()
        beat(monitor, table.unpack(alive))
        local told = hear(index)
        return #told >= #expected, told
    end)
    waiting.holds("no more was told than " .. expected, 0.7, function()
        beat(monitor, table.unpack(alive))
        return hear(index) == expected, hear(index)
    end)
    index.told = {}
end

local function check_deaths_and_returns(monitor)
    local one, two = start_index(monitor), start_index(monitor)
    beat(monitor, "A", "B")
    expect_told(monitor, one, "DOWN A", "B")
    expect_told(monitor, two, "DOWN A", "B")
    expect_told(monitor, one, "UP A", "A", "B")
    expect_told(monitor, two, "UP A", "A", "B")
    return one, two
end

-- An index that is away is told what is true when it is back, once, and the deaths first.
local function check_newest_word(monitor, index, other)
    local port = index.port
    index.listener:close()
    awaits(monitor, other, "DOWN A", "B") -- goes and returns: UP
    awaits(monitor, other, "UP A", "A", "B")
    awaits(monitor, other, "DOWN B", "A") -- goes, returns and goes again: DOWN
    awaits(monitor, other, "UP B", "A", "B")
    awaits(monitor, other, "DOWN B", "A")
    expect_told(monitor, other, "DOWN A, UP A, DOWN B, UP B, DOWN B", "A")
    index = start_index(monitor, port)
    expect_told(monitor, index, "DOWN B, UP A", "A")
    expect_told(monitor, index, "UP B", "A", "B")
    expect_told(monitor, other, "UP B", "A", "B")
    return index
end

-- Our index believes it at once, not only with its next question.
local function check_our_index(test)
    local site = standard.start(test:network("ours"))
    site:settles()
    local mark = site.index.log:mark()
    check.truthy(site.cs1.child:suspend())
    site:waits_until("CS1", "dead")
    site.index:says("Marked server CS1 as DEAD based on Monitor notification",
        times.until_dead(site.net.times), mark)
    check.truthy(site.cs1.child:resume())
    site.index:says("Server CS1 is alive again", times.until_seen(site.net.times), mark)
    site.monitor:says("Notified Index Server at %S+ about CS1 return", 5)
    site:downloads("sample_cs1.txt", 500)
end

return function(test)
    local net = test:network()
    local monitor = net:monitor()
    local one, two = check_deaths_and_returns(monitor)
    one = check_newest_word(monitor, one, two)
    one.listener:close()
    two.listener:close()
    check_our_index(test)
end
