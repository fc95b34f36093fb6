-- The client with several sources: what its user sees when one fails, and what they bring together.

local folder = require("process.folder")
local socket = require("socket")
local stats = require("run.stats")
local tool = require("run.tool")

local NAME = "d000/file-00000000.bin"
local MEMORY = "/dev/shm/mcdn-bench"
local MIB = 1024 * 1024
local STALL_S = 2

-- One real content server, whose own index is not the client's.
local function setup(bench, size)
    return bench:fixture(("content server behind sources, %d bytes"):format(size), function()
        local files, own = bench:files(1, size), bench.servers:index()
        local content = bench.servers:content(files, own)
        bench.servers:wait_listed(own, "CS1")
        bench.servers:wait_hashed(content, 1)
        assert(folder.make(MEMORY .. "/d000"))
        return { content = content, index = bench.servers:index(), size = size }
    end)
end

local function hash_of(content)
    local connection = assert(socket.connect("127.0.0.1", content.port))
    assert(connection:send("STAT " .. NAME .. "\n"))
    local hash = assert(connection:receive("*l")):match("^STAT %d+ (%x+)")
    connection:close()
    return hash
end

local function download(bench, set, options)
    local path = MEMORY .. "/" .. NAME
    local argv = { bench.layout.bin .. "/mcdn", NAME, "--index-port", tostring(set.index.port),
        "--output-dir", MEMORY, "--log-level", "warn" }
    os.remove(path)
    local _, seconds = tool.run(table.move(options, 1, #options, #argv + 1, argv))
    local file = assert(io.open(path, "rb"), path .. " was not made")
    assert(file:seek("end") == set.size, path .. " has another size")
    file:close()
    os.remove(path)
    return seconds
end

-- Downloads from two sources; what passed through them.
local function through_sources(bench, set, relay, options)
    relay.port = set.content.port
    local ports, finish = bench.tool:hold("sources", relay)
    local file = { name = NAME, size = set.size, hash = hash_of(set.content) }
    local connections = { bench.servers:register(set.index, "S1", ports.port1, file),
        bench.servers:register(set.index, "S2", ports.port2, file) }
    local seconds = download(bench, set, options)
    for _, connection in ipairs(connections) do
        connection:close()
    end
    local numbers = finish()
    numbers.seconds = seconds
    return numbers
end

local function knows(bench, option)
    return tool.run({ bench.layout.bin .. "/mcdn", "--help" }):find(option, 1, true) ~= nil
end

-- The longest pause in seconds, of several downloads; one connection, so that no other hides it.
local function gap(bench, fault, limit)
    local set, gaps, again = setup(bench, bench:sized(256, 16) * MIB), {}, {}
    for round = 1, bench.rounds do
        local options = { "--connections", "1", "--stall-timeout", tostring(STALL_S) }
        local numbers = through_sources(bench, set, { rate = 200 * MIB, fault = fault,
            ["fault-at"] = set.size // 2 }, options)
        gaps[round] = numbers.gap_us / 1e6
        again[round] = (numbers.bytes1 + numbers.bytes2) / set.size - 1
    end
    return { { what = "the longest pause", unit = "s", value = stats.median(gaps), most = limit },
        { what = "the longest of all rounds", unit = "s", value = stats.worst(gaps) },
        { what = "sent more than once", unit = "of the file", value = stats.worst(again) } }
end

local function sum(bench)
    local set, shares, rate = setup(bench, bench:sized(256, 16) * MIB), {}, 50 * MIB
    for round = 1, bench.rounds do
        local numbers = through_sources(bench, set, { rate = rate }, {})
        shares[round] = set.size / (numbers.us / 1e6) / (2 * rate)
    end
    return { { what = "of the sum of two sources", unit = "", value = stats.median(shares),
        least = 0.95 } }
end

local function row(name, title, run)
    return { name = name, title = title, run = run, needs = function(bench)
        return knows(bench, "--stall-timeout") or nil, "the client knows one source only"
    end }
end

return {
    row("source-cut", "client, its source breaks off in the middle", function(bench)
        return gap(bench, "cut", 0.2)
    end),
    row("source-hang", ("client, its source hangs, --stall-timeout %d"):format(STALL_S),
        function(bench)
            return gap(bench, "hang", STALL_S + 0.2)
        end),
    row("source-sum", "client, two sources of 50 MiB/s each", sum),
}
