-- One content server registers a million files, and clients go on looking up meanwhile.

local proc = require("run.proc")
local stats = require("run.stats")

local NAME_SIZE = #"d000/file-00000000.bin"
local KNOWN = 1000

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
    local again = register({ files = files, probed = files, linger = bench:sized(2, 0.2) })
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

local function run(bench)
    local files, samples = bench:sized(1000000, 2000), {}
    for round = 1, math.min(bench.rounds, 5) do
        samples[round] = measure(bench, files)
    end
    local function median(pick)
        return stats.median(collect(samples, pick))
    end
    local function worst(pick)
        return stats.worst(collect(samples, pick))
    end
    return {
        { what = "first registration", unit = "s", most = 3,
            value = median(function(s) return s.first.seconds end) },
        { what = "memory a file, beyond its name", unit = "bytes", most = 160,
            value = median(function(s) return s.memory end) },
        { what = "worst lookup meanwhile", unit = "ms", most = 50,
            value = worst(function(s) return s.first.worst_us / 1000 end) },
        { what = "replacing the whole list", unit = "s", most = 3,
            value = median(function(s) return s.again.seconds end) },
        { what = "worst lookup meanwhile", unit = "ms", most = 50,
            value = worst(function(s) return s.again.worst_us / 1000 end) },
    }
end

return {
    { name = "registration", title = "1,000,000 files registered, sender included", run = run },
}
