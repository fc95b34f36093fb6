-- Downloads from the content server beside nginx.

local KIB, MIB, GIB = 1024, 1024 * 1024, 1024 * 1024 * 1024

local function index(bench)
    return bench:fixture("index for content servers", function()
        return bench.servers:index()
    end)
end

-- Both serve the same folder.
local function pair(bench, count, size, level)
    local name = ("content server and nginx, %d files of %d bytes, %s"):format(count, size, level)
    return bench:fixture(name, function()
        local files = bench:files(count, size)
        local ours = bench.servers:content(files, index(bench), { level = level })
        bench.servers:wait_hashed(ours, count)
        return { ours = ours, nginx = bench.servers:nginx(files) }
    end)
end

-- `by` is what counts: rate (requests) or bytes_rate. `divided`: see Bench:divided.
local function row(name, title, goal, spec)
    return {
        name = name,
        title = title,
        against = "nginx",
        run = function(bench)
            local size = bench:sized(spec.size, math.min(spec.size, MIB))
            bench = bench:divided(spec.divided or 1)
            local both = pair(bench, spec.count, size, spec.level or "warn")
            local function asker(server, dialect)
                return bench:asker(server, spec.by, { dialect = dialect, size = size,
                    files = spec.count, connections = spec.connections })
            end
            return { bench:reach(goal, spec.by == "rate" and "files/s" or "bytes/s",
                asker(both.ours, "content"), asker(both.nginx, "http")) }
        end,
    }
end

local function small(size, level)
    return { count = 1000, size = size, connections = 64, by = "rate", level = level, divided = 4 }
end

local LOGGED = 0.6 -- of the goal

return {
    row("small-files", "content `GET` of 1 KiB", 1.2, small(KIB)),
    row("small-files-10k", "content `GET` of 10 KiB", 1.2, small(10 * KIB)),
    row("large-files", "content `GET` of 1 MiB, 8 connections", 1.0,
        { count = 64, size = MIB, connections = 8, by = "bytes_rate" }),
    row("large-file", "content `GET` of 1 GiB, 1 connection", 1.0,
        { count = 1, size = GIB, connections = 1, by = "bytes_rate" }),
    row("small-files-logged", "content `GET` of 1 KiB, each logged", 1.2 * LOGGED,
        small(KIB, "info")),
    row("small-files-10k-logged", "content `GET` of 10 KiB, each logged", 1.2 * LOGGED,
        small(10 * KIB, "info")),
}
