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
        without_peers = parsed.without_peers or false,
        layout = layout,
        servers = servers.new(layout, parsed.without_peers),
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

-- Measures both in turn, round after round, and makes a check of it, without a goal: what their
-- ratio is, or, without peers, what ours measured.
function Bench:compare(unit, ours, peer)
    local our_values, peer_values = {}, {}
    for round = 1, self.rounds do
        our_values[round] = ours()
        peer_values[round] = not self.without_peers and peer() or nil
    end
    if self.without_peers then
        return { what = "ours", value = stats.median(our_values), unit = unit,
            our_rounds = our_values }
    end
    return {
        what = "ratio",
        value = stats.median(stats.ratios(our_values, peer_values)),
        unit = unit,
        ours = stats.median(our_values),
        peer = stats.median(peer_values),
        our_rounds = our_values,
        peer_rounds = peer_values,
    }
end

-- The same with the ratio that should be reached.
function Bench:reach(goal, unit, ours, peer)
    local check = self:compare(unit, ours, peer)
    check.least = check.peer and goal
    return check
end

return bench
