-- Basic distribution: the list, a file of one server, the shared file from the less loaded one.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local slow_readers = require("mcdn.slow_readers")
local standard = require("mcdn.standard")
local times = require("mcdn.times")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local BIG = { ["big.bin"] = { hole = slow_readers.FILE_SIZE } }
local HUGE = 5 * 1024 * 1024 * 1024

-- The output is these lines and nothing else.
local function check_lines(text, lines)
    local plain = text:gsub("\r\n", "\n")
    check.equal(plain, "\n" .. table.concat(lines, "\n") .. "\n")
end

local function check_list(site)
    local code, text = site:client("--list")
    check.equal(code, 0)
    check_lines(text, {
        "Available files:",
        ("-"):rep(40),
        ("  big.bin (%d bytes)"):format(slow_readers.FILE_SIZE),
        "  large_file.bin (256000 bytes)",
        "  sample_cs1.txt (500 bytes)",
        "  sample_cs2.txt (500 bytes)",
        "  shared_document.txt (600 bytes)",
        ("-"):rep(40),
    })
end

local function check_servers(site)
    local code, text = site:client("--servers")
    check.equal(code, 0)
    check_lines(text, {
        "Registered servers:",
        ("-"):rep(60),
        ("  CS1: 127.0.0.1:%d (load=0, status=alive)"):format(site.cs1.tcp_port),
        ("  CS2: 127.0.0.1:%d (load=0, status=alive)"):format(site.cs2.tcp_port),
        ("-"):rep(60),
    })
end

-- The client's lines are part of the interface, with these very words.
local function check_client_lines(site, text)
    local port = site.cs1.tcp_port
    check.in_order(text, {
        "[CLIENT] Requesting file: sample_cs1.txt",
        ("[CLIENT] Connected to Index Server at localhost:%d"):format(site.index.tcp_port),
        "[CLIENT] Index Server says: WELCOME MICRO-CDN",
        ("[CLIENT] File located on server CS1 (127.0.0.1:%d), size: 500 bytes"):format(port),
        ("[CLIENT] Connected to Content Server CS1 at 127.0.0.1:%d"):format(port),
        "Downloading: 100.0% (500/500 bytes)",
        "[CLIENT] Successfully downloaded: ",
        "/sample_cs1.txt (500 bytes)",
    })
end

local function check_server_lines(site)
    site.monitor:says("%[MONITOR%] Starting Monitor/Health Server%.%.%.", 1)
    site.monitor:says("%[MONITOR%] Heartbeat from CS1: load=0, files=4", 5)
    site.index:says("%[INDEX%] Starting Index Server%.%.%.", 1)
    site.index:says("%[INDEX%] Registered Content Server: CS1", 1)
    site.index:says("%[INDEX%] Added file: sample_cs1.txt %(500 bytes%) from CS1", 5)
    site.index:says("%[INDEX%] Client request: GET sample_cs1.txt", 5)
    site.index:says("%[INDEX%] Directed client to server at 127%.0%.0%.1:" .. site.cs1.tcp_port, 5)
    site.cs1:says("%[CONTENT%-CS1%] Starting Content Server CS1%.%.%.", 1)
    site.cs1:says("%[CONTENT%-CS1%] Found file: sample_cs1.txt %(500 bytes%)", 1)
    site.cs1:says("%[CONTENT%-CS1%] Sent heartbeat: load=0, files=4", 5)
    site.cs1:says("%[CONTENT%-CS1%] Client connected from 127%.0%.0%.1:%d+", 5)
    site.cs1:says("%[CONTENT%-CS1%] Sent file: sample_cs1.txt %(500 bytes%)", 5)
    site.cs1:says("^%[%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d%] ", 1)
end

-- Two clients that read nothing keep CS1 busy until the index knows its load.
local function check_less_loaded(site)
    local readers = slow_readers.new()
    for _ = 1, 2 do
        readers:add(site.cs1.tcp_port, "big.bin", "CS1")
    end
    waiting.eventually("the index knows CS1's load", times.until_seen(site.net.times), function()
        local servers, problem = wire.servers(site.index.tcp_port)
        local load = servers and servers.CS1.load
        return load == 2, load or problem
    end)
    local mark = site.index.log:mark()
    site:downloads("shared_document.txt", 600)
    site.index:says("Directed client to server at 127%.0%.0%.1:" .. site.cs2.tcp_port, 5, mark)
    readers:finish()
end

local function check_several(site)
    local code, text, out = site:client("sample_cs1.txt", "sample_cs2.txt", "large_file.bin")
    check.equal(code, 0)
    check.contains(text, "Downloading: 100.0% (256000/256000 bytes)")
    check.equal(folder.names(out), "large_file.bin, sample_cs1.txt, sample_cs2.txt")
    check.same_bytes(folder.read(out .. "/large_file.bin"),
        standard.contents("large_file.bin", 256000), "large_file.bin")
end

-- One file that is missing makes the whole command fail, and the others still come.
local function check_missing(site)
    local text = site:fails_to_download("nothing.txt")
    check.contains(text, "nothing.txt")
    local code, _, out = site:client("nothing.txt", "sample_cs2.txt")
    check.equal(code, 1)
    check.equal(folder.names(out), "sample_cs2.txt")
end

-- Names with spaces, folders, other alphabets, nothing inside, and beyond 32 bits.
local function check_unusual(site)
    for name, size in pairs({ ["pool/a/b.iso"] = 7000, ["a b  c.txt"] = 12,
        ["pr\xc3\xbcfung \xe6\x96\x87.txt"] = 33, ["empty.txt"] = 0 }) do
        local code, _, out = site:client(name)
        check.equal(code, 0, "download of " .. name)
        check.same_bytes(folder.read(out .. "/" .. name), standard.contents(name, size), name)
    end
    local connection, size = wire.begin_get(site.cs2.tcp_port, "huge.bin")
    check.truthy(connection, "huge.bin begins: " .. tostring(size))
    check.equal(size, HUGE)
    connection:close()
end

local function add_unusual(site)
    local files = site.net:files("CS3", { ["pool/a/b.iso"] = 7000, ["a b  c.txt"] = 12,
        ["pr\xc3\xbcfung \xe6\x96\x87.txt"] = 33, ["empty.txt"] = 0 })
    folder.write_hole(site.cs2_files .. "/huge.bin", HUGE)
    site.cs3 = site:content("CS3", files)
    waiting.eventually("the unusual files are listed", times.until_seen(site.net.times), function()
        return standard.have_files(site.index.tcp_port, { ["pool/a/b.iso"] = 7000,
            ["a b  c.txt"] = 12, ["empty.txt"] = 0, ["huge.bin"] = HUGE })
    end)
end

return function(test)
    local site = standard.start(test:network(), { cs1 = BIG })
    site:settles()
    check_list(site)
    check_servers(site)
    check_client_lines(site, site:downloads("sample_cs1.txt", 500))
    check_server_lines(site)
    check_several(site)
    check_missing(site)
    check_less_loaded(site)
    add_unusual(site)
    check_unusual(site)
end
