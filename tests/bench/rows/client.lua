-- The client beside curl: one large file into a memory disk.

local folder = require("process.folder")
local tool = require("run.tool")

local NAME = "d000/file-00000000.bin"
local MEMORY = "/dev/shm/mcdn-bench"

local function sized(bench)
    return bench:sized(1024, 4) * 1024 * 1024
end

local function is_there(path, size)
    local file = assert(io.open(path, "rb"), path .. " was not made")
    local got = file:seek("end")
    file:close()
    assert(got == size, path .. " has another size")
end

-- Bytes per second of a command that makes this file, which is removed again.
local function fetch(argv, path, size)
    os.remove(path)
    local _, seconds = tool.run(argv)
    is_there(path, size)
    os.remove(path)
    return size / seconds
end

local function setup(bench)
    return bench:fixture("content server and nginx with one large file", function()
        local files, index = bench:files(1, sized(bench)), bench.servers:index()
        assert(folder.make(MEMORY .. "/d000"))
        local content = bench.servers:content(files, index)
        bench.servers:wait_listed(index, "CS1")
        return { index = index, content = content, nginx = bench.servers:nginx(files) }
    end)
end

local function run(bench)
    local servers, size = setup(bench), sized(bench)
    local path = MEMORY .. "/" .. NAME
    local check = bench:reach(0.8, "bytes/s", function()
        return fetch({ bench.layout.bin .. "/mcdn", NAME, "--index-port",
            tostring(servers.index.port), "--output-dir", MEMORY, "--log-level", "warn" }, path,
            size)
    end, function()
        return fetch({ "curl", "-s", "-f", "-o", path,
            ("http://127.0.0.1:%d/%s"):format(servers.nginx.port, NAME) }, path, size)
    end)
    return { check }
end

return {
    { name = "client", title = "client, 1 GiB to memory disk", against = "curl from nginx",
        run = run },
}
