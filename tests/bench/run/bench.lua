-- What the rows are given: how many rounds, how large, the servers, and the load generator.

local folder = require("process.folder")
local rounds = require("run.rounds")
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
        calm = parsed.calm,
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

-- The same with so many times as many rounds, each so many times shorter: for a row whose two sides
-- vary much from one round to the next.
function Bench:divided(times)
    local divided = setmetatable({}, { __index = self })
    divided.rounds = self:sized(self.rounds * times, self.rounds)
    divided.seconds = self:sized(self.seconds / times, self.seconds)
    return divided
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

-- Sets in Redis what an index of so many files answers.
function Bench:fill(redis, files)
    self.tool:measure("ask", { port = redis.port, dialect = "fill", once = true, depth = 100,
        connections = 4, files = files })
end

-- Runs an `ask` and returns its numbers. options as on its command line.
function Bench:ask(options)
    local given = { seconds = self.seconds, warmup = self.quick and 0.05 or 0.2 }
    for key, value in pairs(options) do
        given[key] = value
    end
    return self.tool:measure("ask", given)
end

-- The number of generator threads that brings this server most: on few processors one thread is too
-- slow for some and takes too much of the machine from others.
function Bench:best_threads(options, by)
    if self.quick or options.connections < 2 then
        return math.min(2, options.connections)
    end
    local values = { {}, {} }
    for turn = 1, 3 do
        for threads = 1, 2 do
            options.threads, options.seconds = threads, 0.3
            values[threads][turn] = self:ask(options)[by]
        end
    end
    options.seconds = nil
    return stats.median(values[1]) > stats.median(values[2]) and 1 or 2
end

-- A function that measures once: what counts (`by`), and all numbers.
function Bench:asker(server, by, options)
    return function()
        options.port = server.port
        options.threads = options.threads or self:best_threads(options, by)
        local numbers = self:ask(options)
        return numbers[by], numbers
    end
end

-- Measures both in turn, round after round, and makes a check of it, without a goal: what their
-- ratio is, or, without peers, what ours measured.
function Bench:compare(unit, ours, peer)
    local taken = rounds.take(self, ours, not self.without_peers and peer or nil)
    if self.without_peers then
        return { what = "ours", value = stats.median(taken.ours), unit = unit,
            our_rounds = taken.ours, our_latency = taken.our_latency }
    end
    return {
        what = "ratio",
        value = stats.median(stats.ratios(taken.ours, taken.peer)),
        unit = unit,
        ours = stats.median(taken.ours),
        peer = stats.median(taken.peer),
        our_rounds = taken.ours,
        peer_rounds = taken.peer,
        our_latency = taken.our_latency,
        peer_latency = taken.peer_latency,
    }
end

-- The same with the ratio that should be reached.
function Bench:reach(goal, unit, ours, peer)
    local check = self:compare(unit, ours, peer)
    check.least = check.peer and goal
    return check
end

return bench
