-- Files that are not in memory: how fast they come from the disk, and what those who ask for others
-- meanwhile feel of it.

local proc = require("run.proc")

local SMALL, COUNT = 1024, 1000

-- One folder: many small files, and above their numbers a large one.
local function setup(bench)
    return bench:fixture("content server and nginx, small files and a large one", function()
        local path = bench.layout.work .. "/files-mixed" .. bench:sized("", "-quick")
        local size = bench:sized(1024, 16) * 1024 * 1024
        assert(require("process.folder").make(path))
        bench.tool:measure("files", { folder = path, files = COUNT, size = SMALL })
        bench.tool:measure("files", { folder = path, lowest = COUNT, files = 1, size = size })
        local index, nginx = bench.servers:index(), bench.servers:nginx(path)
        local content = bench.servers:content(path, index)
        bench.servers:wait_hashed(content, COUNT + 1)
        return {
            size = size,
            large = ("%s/d%03d/file-%08d.bin"):format(path, COUNT % 1000, COUNT),
            content = { port = content.port, dialect = "content" },
            nginx = nginx and { port = nginx.port, dialect = "http" },
        }
    end)
end

local function fetch_large(bench, server, size)
    return bench.tool:measure("ask", { port = server.port, dialect = server.dialect, once = true,
        lowest = COUNT, files = 1, size = size, connections = 1 }).bytes_rate
end

local function fetch_cold(bench, server, set)
    proc.forget_file(set.large)
    return fetch_large(bench, server, set.size)
end

-- Milliseconds that 99 % of small downloads take, while the large file is read from the disk.
local function small_beside_cold(bench, server, set)
    proc.forget_file(set.large)
    local finish = bench.tool:start("ask", { port = server.port, dialect = server.dialect,
        once = true, lowest = COUNT, files = 1, size = set.size, connections = 1 })
    local numbers = bench.tool:measure("ask", { port = server.port, dialect = server.dialect,
        files = COUNT, size = SMALL, connections = 4, warmup = 0.01,
        seconds = bench:sized(0.5, 0.1) })
    finish()
    return numbers.p99_us / 1000
end

local function pair(bench, what, unit, measure)
    local set = setup(bench)
    local check = bench:compare(unit, function()
        return measure(bench, set.content, set)
    end, function()
        return measure(bench, set.nginx, set)
    end)
    check.what, check.value = what, check.ours or check.value
    return check
end

local function run(bench)
    local set = setup(bench)
    fetch_large(bench, set.content, set.size)
    local warm = pair(bench, "a large file, warm", "bytes/s", function(_, server)
        return fetch_large(bench, server, set.size)
    end)
    return {
        warm,
        pair(bench, "a large file, cold", "bytes/s", fetch_cold),
        pair(bench, "99 % of small files beside a cold one", "ms", small_beside_cold),
    }
end

return {
    { name = "cold", title = "content `GET` of 1 GiB that is not in memory", against = "nginx",
        run = run },
}
