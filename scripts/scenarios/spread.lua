-- A hundred clients within a second, between two heartbeats, spread over equal servers.

local check = require("mcdn.check")
local slow_readers = require("mcdn.slow_readers")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local CLIENTS = 100
local BUSY = 8

-- How many of the answers named each server.
local function count(answers)
    local counts = { CS1 = 0, CS2 = 0 }
    for _, line in ipairs(answers) do
        local id = line:match("^SERVER %S+ %d+ (%S+) %d+$")
        check.truthy(counts[id or ""], "an answer to GET: " .. line)
        counts[id] = counts[id] + 1
    end
    return counts
end

local function by_connections(port, name)
    local answers = {}
    for at = 1, CLIENTS do
        answers[at] = wire.ask(port, "GET " .. name) or "nothing"
    end
    return count(answers)
end

local function by_pipeline(port, name)
    local connection = check.truthy(wire.connect(port))
    check.truthy(connection:send(("GET %s\n"):format(name):rep(CLIENTS)))
    local answers = {}
    for at = 1, CLIENTS do
        answers[at] = connection:line() or "nothing"
    end
    connection:close()
    return count(answers)
end

local function check_even(counts)
    check.at_least(counts.CS1, 40, "clients sent to CS1")
    check.at_least(counts.CS2, 40, "clients sent to CS2")
end

-- One server is busy when the hundred come: it gets fewer, but it does get some.
local function check_uneven(site)
    local readers = slow_readers.new()
    for _ = 1, BUSY do
        readers:add(site.cs1.tcp_port, "big.bin", "CS1")
    end
    waiting.eventually("the index knows CS1's load", 10, function()
        local servers, problem = wire.servers(site.index.tcp_port)
        return servers and servers.CS1.load == BUSY, problem
    end)
    local counts = by_connections(site.index.tcp_port, "big.bin")
    check.at_least(counts.CS1, 30, "clients sent to the busier server")
    check.at_least(counts.CS2, counts.CS1, "clients sent to the idler server")
    readers:drop()
end

return function(test)
    -- The specification's interval: several seconds in which the index must count for itself.
    local site = standard.start(test:network("net", { interval = 3, timeout = 8, check = 2 }), {
        cs1 = { ["big.bin"] = { hole = slow_readers.FILE_SIZE } },
        cs2 = { ["big.bin"] = { hole = slow_readers.FILE_SIZE } },
    })
    site:settles()
    check_even(by_connections(site.index.tcp_port, "shared_document.txt"))
    check_even(by_pipeline(site.index.tcp_port, "shared_document.txt"))
    check_uneven(site)
end
