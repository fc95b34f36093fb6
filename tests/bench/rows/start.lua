-- A content server's start: how long until all of a large folder is known to the index, beside
-- what it takes just to walk over it.

local socket = require("socket")
local tool = require("run.tool")

-- Seconds from the start of the program until the index shows it alive.
local function time_start(bench, files)
    local index = bench.servers:index()
    local begin = socket.gettime()
    local content = bench.servers:content(files, index, { unwaited = true })
    bench.servers:wait_listed(index, "CS1")
    local seconds = socket.gettime() - begin
    bench.servers:stop(content)
    bench.servers:stop(index)
    return seconds
end

local function time_find(files)
    local _, seconds = tool.run({ "sh", "-c", ("find '%s' -type f -printf '%%s\\n' >/dev/null")
        :format(files) })
    return seconds
end

local function run(bench)
    local files = bench:files(bench:sized(100000, 1000), 100)
    -- Warms the cache; and a file that was made this second is not announced yet.
    time_find(files)
    time_start(bench, files)
    local check = bench:compare("s", function()
        return time_start(bench, files)
    end, function()
        return time_find(files)
    end)
    check.most = check.peer and 2
    return { check }
end

return {
    { name = "start", title = "content server start, 100,000 files in 1,000 folders, warm cache",
        against = "find", run = run },
}
