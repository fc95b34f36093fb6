-- One content server registers a million files, and replaces them, while clients go on looking up.

local proc = require("run.proc")
local stats = require("run.stats")

local NAME_SIZE = #"d000/file-00000000.bin"
local KNOWN = 1000
-- What a list leaves behind in the allocator is met by those after it: the first replacement does
-- not show the worst.
local REPLACEMENTS = 3

local function measure(bench, files)
    local index = bench.servers:index()
    local function register(options)
        options.port = index.port
        return bench.tool:measure("register", options)
    end
    register({ id = "CS0", files = KNOWN })
    local before = proc.memory(index.pid)
    local first = register({ files = files, probed = KNOWN })
    local memory = (proc.memory(index.pid) - before) / files - NAME_SIZE
    local again = {}
    for at = 1, REPLACEMENTS do
        again[at] = register({ files = files, probed = files, linger = bench:sized(2, 0.2) })
    end
    bench.servers:stop(index)
    return { first = first, again = again, memory = memory }
end

local function collect(samples, pick)
    local list = {}
    for at, sample in ipairs(samples) do
        list[at] = pick(sample)
    end
    return list
end

local function seconds(sample)
    return sample.seconds
end

local function worst_ms(sample)
    return sample.worst_us / 1000
end

local function run(bench)
    local files, first, again, memory = bench:sized(1000000, 2000), {}, {}, {}
    for round = 1, math.min(bench.rounds, 5) do
        local sample = measure(bench, files)
        first[round], memory[round] = sample.first, sample.memory
        table.move(sample.again, 1, #sample.again, #again + 1, again)
    end
    return {
        { what = "first registration", unit = "s", most = 3,
            value = stats.median(collect(first, seconds)) },
        { what = "memory a file, beyond its name", unit = "bytes", most = 160,
            value = stats.median(memory) },
        { what = "worst lookup meanwhile", unit = "ms", most = 50,
            value = stats.worst(collect(first, worst_ms)) },
        { what = "replacing the whole list", unit = "s", most = 3,
            value = stats.median(collect(again, seconds)) },
        { what = "worst lookup meanwhile", unit = "ms", most = 50,
            value = stats.worst(collect(again, worst_ms)) },
    }
end

return {
    { name = "registration", title = "1,000,000 files registered, sender included", run = run },
}
