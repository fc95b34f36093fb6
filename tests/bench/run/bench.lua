-- What the rows are given: how many rounds, how large, the servers, and the load generator.

local folder = require("process.folder")
local servers = require("run.servers")
local stats = require("run.stats")
local tool = require("run.tool")

local bench = {}

local Bench = {}
Bench.__index = Bench

function bench.new(layout, parsed)
    return setmetatable({
        rounds = parsed.rounds,
        seconds = parsed.seconds,
        quick = parsed.quick or false,
        layout = layout,
        servers = servers.new(layout),
        tool = tool.new(layout.tools .. "/mcdn-bench"),
        fixtures = {},
    }, Bench)
end

-- One number for a real run, another one for a quick one.
function Bench:sized(full, quick)
    return self.quick and quick or full
end

-- What several rows use is made once and stays.
function Bench:fixture(name, make)
    if not self.fixtures[name] then
        io.stderr:write("  (", name, ")\n")
        self.fixtures[name] = make()
    end
    return self.fixtures[name]
end

-- A folder with so many files of a size, made by `mcdn-bench files`.
function Bench:files(count, size)
    local path = ("%s/files-%dx%d"):format(self.layout.work, count, size)
    return self:fixture(path, function()
        assert(folder.make(path))
        self.tool:measure("files", { folder = path, files = count, size = size })
        return path
    end)
end

-- The numbers per second of an `ask`. options as its command line's.
function Bench:ask(options)
    options.seconds = options.seconds or self.seconds
    options.warmup = self.quick and 0.05 or 0.2
    return self.tool:measure("ask", options)
end

-- Measures both in turn, round after round.
function Bench:alternate(ours, peer)
    local our_values, peer_values = {}, {}
    for round = 1, self.rounds do
        our_values[round] = ours()
        peer_values[round] = peer()
    end
    return our_values, peer_values
end

-- The same as a check of a row: the ratio of both, which should reach the goal.
function Bench:compare(goal, unit, ours, peer)
    local our_values, peer_values = self:alternate(ours, peer)
    return {
        what = "ratio",
        value = stats.median(stats.ratios(our_values, peer_values)),
        least = goal,
        unit = unit,
        ours = stats.median(our_values),
        peer = stats.median(peer_values),
        our_rounds = our_values,
        peer_rounds = peer_values,
    }
end

return bench
