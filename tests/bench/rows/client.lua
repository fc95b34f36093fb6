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
        bench.servers:wait_hashed(content, 1)
        return { index = index, content = content, nginx = bench.servers:nginx(files) }
    end)
end

-- The same with a content server that knows no hashes, so that the client has nothing to verify by.
local function setup_plain(bench)
    return bench:fixture("base content server and nginx with one large file", function()
        local files, index = bench:files(1, sized(bench)), bench.servers:index()
        assert(folder.make(MEMORY .. "/d000"))
        local plain = bench.servers:plain(files)
        return { index = index, nginx = bench.servers:nginx(files),
            connection = bench.servers:register(index, "CS1", plain.port,
                { name = NAME, size = sized(bench) }) }
    end)
end

-- Our client's bytes per second.
local function ours(bench, servers, path)
    return fetch({ bench.layout.bin .. "/mcdn", NAME, "--index-port", tostring(servers.index.port),
        "--output-dir", MEMORY, "--log-level", "warn" }, path, sized(bench))
end

-- A row: our client beside a command that fetches the same file from nginx; `make` starts both
-- servers.
local function row(name, title, against, goal, peer, make)
    return {
        name = name,
        title = title,
        against = against,
        run = function(bench)
            local servers, path = make(bench), MEMORY .. "/" .. NAME
            return { bench:reach(goal, "bytes/s", function()
                return ours(bench, servers, path)
            end, function()
                local url = ("http://127.0.0.1:%d/%s"):format(servers.nginx.port, NAME)
                return fetch(peer(url, path), path, sized(bench))
            end) }
        end,
    }
end

local function curl(url, path)
    return { "curl", "-s", "-f", "-o", path, url }
end

local function aria2(url, path)
    local parent, name = path:match("^(.*)/([^/]*)$")
    return { "aria2c", "-q", "-x", "1", "-s", "1", "--file-allocation=none",
        "--allow-overwrite=true", "-d", parent, "-o", name, url }
end

-- What it takes to know as much with curl.
local function curl_and_sum(url, path)
    return { "sh", "-c", 'curl -s -f -o "$1" "$0" && sha256sum "$1" >/dev/null', url, path }
end

return {
    row("client", "client, 1 GiB to memory disk", "curl from nginx", 0.8, curl, setup),
    row("client-unverified", "client, 1 GiB to memory disk, from a server without hashes",
        "curl from nginx", 1.0, curl, setup_plain),
    row("client-verified", "client, 1 GiB to memory disk", "curl from nginx, and sha256sum", 1.0,
        curl_and_sum, setup),
    row("client-aria2", "client, 1 GiB to memory disk", "aria2 from nginx", nil, aria2, setup),
}
