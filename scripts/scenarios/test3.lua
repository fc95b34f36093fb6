-- Concurrent downloads: the loads are seen at the monitor, the clients are spread.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local slow_readers = require("mcdn.slow_readers")
local standard = require("mcdn.standard")
local times = require("mcdn.times")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local READERS = 10
local CLIENTS = 12
local COPY_SIZE = 3000000

local SHARED = { ["big.bin"] = { hole = slow_readers.FILE_SIZE }, ["copy.bin"] = COPY_SIZE }

local function waits_for_loads(site, cs1, cs2)
    for _, place in ipairs({ site.monitor, site.index }) do
        waiting.eventually(("loads of %d and %d at %s"):format(cs1, cs2, place.name),
            times.until_seen(site.net.times), function()
                local servers, problem = wire.servers(place.tcp_port)
                if not servers then
                    return nil, problem
                end
                return servers.CS1.load == cs1 and servers.CS2.load == cs2,
                    ("%d and %d"):format(servers.CS1.load, servers.CS2.load)
            end)
    end
end

-- Clients that come one after the other, each while the earlier ones still hold their transfers.
local function check_loads(site)
    local readers = slow_readers.new()
    for _ = 1, READERS do
        readers:add_by_index(site.index.tcp_port, "big.bin")
    end
    local on_cs1, on_cs2 = readers:count("CS1"), readers:count("CS2")
    check.at_most(math.abs(on_cs1 - on_cs2), 2, "the difference between CS1 and CS2")
    waits_for_loads(site, on_cs1, on_cs2)
    site.monitor:says(("Heartbeat from CS1: load=%d, files=5"):format(on_cs1), 5)
    readers:finish()
    waits_for_loads(site, 0, 0)
end

local function start_clients(site)
    local clients = {}
    for at = 1, CLIENTS do
        local out = folder.make(("%s/out-%d"):format(site.net.folder, at))
        clients[at] = site.net:start_client({ index = site.index },
            { "--output-dir", out, "copy.bin" })
        clients[at].out = out
    end
    return clients
end

-- Real clients at once: each gets every byte, and both servers have their part of the work.
local function check_clients(site)
    local expected = standard.contents("copy.bin", COPY_SIZE)
    for _, client in ipairs(start_clients(site)) do
        check.equal(client:wait(60), 0, client.name .. ": exit code")
        check.same_bytes(folder.read(client.out .. "/copy.bin"), expected, client.name)
    end
    for _, server in ipairs({ site.cs1, site.cs2 }) do
        waiting.eventually(server.name .. " served its part", 5, function()
            local count = server.log:count("Sent file: copy%.bin")
            return count >= CLIENTS // 4, count
        end)
    end
    local function total()
        return site.cs1.log:count("Sent file: copy") + site.cs2.log:count("Sent file: copy")
    end
    waiting.eventually("the servers tell of every copy", 5, function()
        return total() >= CLIENTS, total()
    end)
    check.equal(total(), CLIENTS)
end

-- Readers that vanish in the middle are not counted for ever.
local function check_dropped(site)
    local readers = slow_readers.new()
    for _ = 1, 4 do
        readers:add_by_index(site.index.tcp_port, "big.bin")
    end
    waits_for_loads(site, readers:count("CS1"), readers:count("CS2"))
    readers:drop()
    waits_for_loads(site, 0, 0)
end

return function(test)
    local site = standard.start(test:network(), { cs1 = SHARED, cs2 = SHARED })
    site:settles()
    check_loads(site)
    check_clients(site)
    check_dropped(site)
end
