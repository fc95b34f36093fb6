-- How cost grows: with the number of files, and of connections.

local proc = require("run.proc")
local stats = require("run.stats")

local NAME_SIZE = #"d000/file-00000000.bin"

local function median_of(bench, measure)
    local values = {}
    for round = 1, math.min(bench.rounds, 3) do
        values[round] = measure()
    end
    return stats.median(values)
end

local function lookups(bench, server, options)
    options.connections = 64
    return median_of(bench, bench:asker(server, "rate", options))
end

local function measure_redis(bench, files, point)
    local redis = bench.servers:redis()
    if redis then
        local before = proc.memory(redis.pid)
        bench:fill(redis, files)
        point.redis_memory = proc.memory(redis.pid) - before
        point.redis_deep = lookups(bench, redis, { files = files, depth = 16, dialect = "redis" })
        bench.servers:stop(redis)
    end
end

local function measure_files(bench, files)
    local index = bench.servers:index()
    local before = proc.memory(index.pid)
    bench.tool:measure("register", { port = index.port, files = files })
    local memory = proc.memory(index.pid) - before
    local point = {
        single = lookups(bench, index, { files = files }),
        deep = lookups(bench, index, { files = files, depth = 16 }),
        memory = memory,
        beyond_name = memory / files - NAME_SIZE,
    }
    bench.servers:stop(index)
    measure_redis(bench, files, point)
    return point
end

local function collect(points, key)
    local values = {}
    for at, point in ipairs(points) do
        values[at] = point[key]
    end
    return values
end

local function by_files(bench)
    local counts = bench:sized({ 1000, 10000, 100000, 1000000, 10000000 }, { 100, 1000 })
    local points = {}
    for at, files in ipairs(counts) do
        points[at] = measure_files(bench, files)
    end
    local with_redis = points[1].redis_memory and true
    return {
        { what = "lookups/s, most files by fewest", unit = "of the rate",
            value = points[#points].deep / points[1].deep },
        { what = "memory a file, beyond its name", unit = "bytes",
            value = points[#points].beyond_name },
        curves = {
            { file = "lookups-by-files", title = "Lookups by files in the catalogue",
                x_label = "files", y_label = "lookups/s", x = counts, series = {
                    { name = "16 deep", y = collect(points, "deep") },
                    { name = "one at a time", y = collect(points, "single") },
                    with_redis and { name = "Redis, 16 deep",
                        y = collect(points, "redis_deep") } } },
            { file = "memory-by-files", title = "Memory by files",
                x_label = "files", y_label = "bytes", log_y = true, x = counts, series = {
                    { name = "index", y = collect(points, "memory") },
                    with_redis and { name = "Redis, with the answers as values",
                        y = collect(points, "redis_memory") } } },
        },
    }
end

local function measure_connections(bench, set, connections)
    local function rate(server, dialect, files, size)
        return median_of(bench, bench:asker(server, "rate", { dialect = dialect, files = files,
            size = size, connections = connections }))
    end
    return {
        index = rate(set.index, "index", set.files),
        content = rate(set.content, "content", 1000, 1024),
        nginx = set.nginx and rate(set.nginx, "http", 1000, 1024),
    }
end

local function by_connections(bench)
    local counts = bench:sized({ 1, 4, 16, 64, 256, 1000, 4000, 10000 }, { 1, 16 })
    local folder, index = bench:files(1000, 1024), bench.servers:index()
    local set = { index = index, files = bench:sized(1000000, 1000), points = {} }
    bench.tool:measure("register", { id = "CS0", port = index.port, files = set.files })
    set.content = bench.servers:content(folder, bench:fixture("index for content servers",
        function()
            return bench.servers:index()
        end))
    bench.servers:wait_hashed(set.content, 1000)
    set.nginx = bench.servers:nginx(folder)
    local points = {}
    for at, connections in ipairs(counts) do
        points[at] = measure_connections(bench, set, connections)
    end
    bench.servers:stop(set.index)
    bench.servers:stop(set.content)
    bench.servers:stop(set.nginx)
    return {
        { what = "lookups/s, most connections by 64", unit = "of the rate",
            value = points[#points].index / points[math.min(4, #points)].index },
        curves = {
            { file = "rate-by-connections", title = "Requests by connections, one at a time",
                x_label = "connections", y_label = "requests/s", x = counts, series = {
                    { name = "index GET, 1,000,000 files", y = collect(points, "index") },
                    { name = "content GET, 1 KiB", y = collect(points, "content") },
                    set.nginx and { name = "nginx, 1 KiB", y = collect(points, "nginx") } } },
        },
    }
end

return {
    { name = "growth-files", title = "lookups and memory over 1,000 to 10,000,000 files",
        run = by_files },
    { name = "growth-connections", title = "requests over 1 to 10,000 connections",
        run = by_connections },
}
