-- The limits: how many servers and indexes are known, what a peer that reads nothing may cost, and
-- what happens without descriptors.

local check = require("mcdn.check")
local paths = require("mcdn.paths")
local socket = require("socket")
local special = require("mcdn.special")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local INDEXES_MAX = 64
local SERVERS_MAX = 10000
local GROWTH_MAX = 64 * 1024 * 1024

local function connect(port)
    local connection, problem = wire.connect(port)
    return check.truthy(connection, problem)
end

-- Sends as much as the server takes; returns how much that was.
local function flood(connection, text, most)
    connection.tcp:settimeout(0.5)
    local sent = 0
    while sent < most do
        local last, _, partial = connection.tcp:send(text)
        sent = sent + (last or partial)
        if not last then
            break
        end
    end
    return sent
end

-- Requests without end whose answers nobody reads: the server stops reading, and does not grow.
local function check_unread_answers(test)
    local more = {}
    for number = 1, 300 do
        more[("list/entry-%03d"):format(number)] = "x"
    end
    local site = standard.start(test:network(), { cs1 = more })
    site:settles()
    local before = special.memory(site.index.child:pid())
    if not before then
        test:skip("memory of a flooded server", "it cannot be told here")
        return
    end
    local floods = {}
    for at = 1, 4 do
        floods[at] = connect(site.index.tcp_port)
        flood(floods[at], ("LIST_FILES\n"):rep(1000), 64 * 1024 * 1024)
    end
    check.equal(wire.ask(site.index.tcp_port, "HELLO"), "WELCOME MICRO-CDN")
    local after = special.memory(site.index.child:pid())
    -- A sanitizer, which goes with more patience, keeps freed memory for a while.
    local most = test.patience > 1 and 8 * GROWTH_MAX or GROWTH_MAX
    check.at_most(after - before, most, "growth of the index in bytes")
    for _, connection in ipairs(floods) do
        connection:reset()
    end
    site.net:stop()
end

local function check_indexes(test)
    local net = test:network("indexes")
    local monitor = net:monitor()
    local connection = connect(monitor.tcp_port)
    for number = 1, INDEXES_MAX do
        check.equal(connection:ask("REGISTER_INDEX 127.0.0.1 " .. number), "OK INDEX_REGISTERED")
    end
    check.equal(connection:ask("REGISTER_INDEX 127.0.0.1 5000"), "ERROR LIMIT")
    check.equal(connection:ask("REGISTER_INDEX 127.0.0.1 1"), "OK INDEX_REGISTERED")
    check.equal(connection:ask("PING"), "PONG")
    connection:close()
    net:stop()
end

-- Registers one server; the answers to its two requests.
local function register(connection, number)
    connection:send(("REGISTER S%d 1 1\n"):format(number))
    local first = connection:line()
    connection:send("DONE_FILES\n")
    return first, connection:line()
end

local function check_servers_of_index(test)
    local net = test:network("servers-of-index")
    local index = net:index({ monitor = { tcp_port = 1 } })
    local connection = connect(index.tcp_port)
    for number = 1, SERVERS_MAX do
        local first, second = register(connection, number)
        check.equal(first, "OK REGISTERED", "server " .. number)
        check.equal(second, "OK FILES_ADDED", "server " .. number)
    end
    local first, second = register(connection, SERVERS_MAX + 1)
    check.truthy(first == "ERROR LIMIT" or second == "ERROR LIMIT",
        ("one server too many: %s, %s"):format(first, second))
    check.equal(register(connection, 1), "OK REGISTERED")
    connection:close()
    net:stop()
end

-- The living never make room for others.
local function check_servers_of_monitor(test)
    local net = test:network("servers-of-monitor")
    local monitor = net:monitor({ timeout = 600 })
    local udp = socket.udp4()
    udp:setpeername("127.0.0.1", monitor.udp_port)
    local number = 0
    waiting.eventually("the monitor knows as many as it may", 30, function()
        for _ = 1, 500 do
            udp:send(("HEARTBEAT S%d localhost 1 0 0"):format(number % (SERVERS_MAX + 500)))
            number = number + 1
        end
        local servers, problem = wire.servers(monitor.tcp_port)
        local count = 0
        for _ in pairs(servers or {}) do
            count = count + 1
        end
        check.at_most(count, SERVERS_MAX, "servers known to the monitor")
        return count == SERVERS_MAX and number >= 2 * SERVERS_MAX, problem or count
    end)
    udp:close()
    net:stop()
end

-- A Windows program has no limit of its own to run out of: all are served at once.
local function check_without_limit(test)
    local net = test:network("connections")
    local monitor = net:monitor()
    local held = {}
    for at = 1, 200 do
        held[at] = connect(monitor.tcp_port)
    end
    for at, connection in ipairs(held) do
        check.equal(connection:ask("PING"), "PONG", "connection " .. at)
        connection:close()
    end
    net:stop()
end

-- Out of descriptors, a server goes on with those it has, does not spin, and accepts again later.
local function check_descriptors(test)
    if paths.for_windows(test.paths) then
        check_without_limit(test)
        return
    end
    local launcher = special.few_files(60)
    if not launcher or #test.paths.launcher > 0 or not special.ticks(1) then
        test:skip("running out of descriptors", "its limit or its cost cannot be told here")
        return
    end
    local net = test:network("descriptors")
    local monitor = net:monitor({ launcher = launcher })
    local held = {}
    for at = 1, 100 do
        held[at] = connect(monitor.tcp_port)
    end
    check.equal(held[1]:ask("PING"), "PONG")
    local before = special.ticks(monitor.child:pid())
    waiting.holds("one connection is served", 1, function()
        return held[1]:ask("PING") == "PONG"
    end)
    check.at_most(special.ticks(monitor.child:pid()) - before, 50, "processor time, in 10 ms")
    for _, connection in ipairs(held) do
        connection:close()
    end
    waiting.eventually("a new connection is served", 5, function()
        return wire.ask(monitor.tcp_port, "PING") == "PONG"
    end)
    net:stop()
end

local parts = {
    { "unread answers", check_unread_answers },
    { "indexes", check_indexes },
    { "servers of the index", check_servers_of_index },
    { "servers of the monitor", check_servers_of_monitor },
    { "descriptors", check_descriptors },
}

return function(test)
    for _, part in ipairs(parts) do
        if test:wants(part[1]) then
            part[2](test)
        end
    end
end
