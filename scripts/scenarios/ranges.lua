-- Parts of files by GET_RANGE: every edge of a small file, of one that the system sends, and of one
-- that changes between two requests.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local SMALL = "sample_cs1.txt"
local SMALL_SIZE = 500
local LARGE = "pool/a large file.bin"
local LARGE_SIZE = 3000017
local HUGE = "huge.bin"
local HUGE_SIZE = (1 << 32) + 200000
local MOST = 9223372036854775807

local BAD = "ERROR INVALID_FORMAT"
local NOT_FOUND = "ERROR FILE_NOT_FOUND"
local BAD_RANGE = "ERROR INVALID_RANGE"

local function connect(site)
    local connection, problem = wire.connect(site.cs1.tcp_port)
    return check.truthy(connection, problem)
end

-- Asks for a part and compares its header and its bytes with the contents.
local function check_part(connection, name, contents, offset, length)
    local request = ("GET_RANGE %d %d %s"):format(offset, length, name)
    local expected = contents:sub(offset + 1, offset + math.min(length, #contents))
    check.equal(connection:ask(request), "OK " .. #expected, request)
    check.same_bytes(connection:bytes(#expected), expected, request)
end

local function edges(size)
    return { { 0, 0 }, { 0, 1 }, { 0, size }, { 0, size + 1 }, { 0, MOST }, { 1, size - 2 },
        { size // 2, 100 }, { size - 1, 1 }, { size - 1, MOST }, { size, 0 }, { size, 1 },
        { size, MOST } }
end

local function check_parts(site)
    local connection = connect(site)
    for name, size in pairs({ [SMALL] = SMALL_SIZE, [LARGE] = LARGE_SIZE }) do
        local contents = standard.contents(name, size)
        for _, edge in ipairs(edges(size)) do
            check_part(connection, name, contents, edge[1], edge[2])
        end
        for _ = 1, 50 do
            check_part(connection, name, contents, math.random(0, size), math.random(0, size))
        end
    end
    connection:close()
end

-- Many parts in one packet: as many answers, in their order, between others.
local function check_pipeline(site)
    local contents = standard.contents(LARGE, LARGE_SIZE)
    local connection = connect(site)
    local asked = {}
    for at = 0, 29 do
        asked[#asked + 1] = ("GET_RANGE %d 100000 %s\nPING\n"):format(at * 100000, LARGE)
    end
    connection:send(table.concat(asked))
    for at = 0, 29 do
        check.equal(connection:line(), "OK 100000")
        check.same_bytes(connection:bytes(100000), contents:sub(at * 100000 + 1, (at + 1) * 100000))
        check.equal(connection:line(), "PONG")
    end
    connection:close()
end

local function check_errors(site)
    local connection = connect(site)
    for _, pair in ipairs({
        { ("GET_RANGE %d 1 %s"):format(SMALL_SIZE + 1, SMALL), BAD_RANGE },
        { ("GET_RANGE %d 0 %s"):format(SMALL_SIZE + 1, SMALL), BAD_RANGE },
        { ("GET_RANGE %d %d %s"):format(MOST, MOST, SMALL), BAD_RANGE },
        { ("GET_RANGE %d %d %s"):format(MOST, MOST, LARGE), BAD_RANGE },
        { "GET_RANGE 0 1 nothing", NOT_FOUND }, { "GET_RANGE 9 1 nothing", NOT_FOUND },
        { "GET_RANGE 0 1 ../" .. SMALL, NOT_FOUND }, { "GET_RANGE 0 1 /etc/passwd", NOT_FOUND },
        { "GET_RANGE 0 1 .hidden", NOT_FOUND }, { "GET_RANGE 0 1 pool", NOT_FOUND },
        { "GET_RANGE 0 1 " .. ("n"):rep(1025), NOT_FOUND },
        { "GET_RANGE", BAD }, { "GET_RANGE 0", BAD }, { "GET_RANGE 0 1", BAD },
        { "GET_RANGE -1 1 " .. SMALL, BAD }, { "GET_RANGE 0 -1 " .. SMALL, BAD },
        { "GET_RANGE +0 1 " .. SMALL, BAD }, { "GET_RANGE 0 0x1 " .. SMALL, BAD },
        { "GET_RANGE 0 9223372036854775808 " .. SMALL, BAD },
        { "GET_RANGE " .. SMALL .. " 0 1", BAD }, { "get_range 0 1 " .. SMALL,
            "ERROR UNKNOWN_COMMAND" },
    }) do
        check.equal(connection:ask(pair[1]), pair[2], pair[1])
    end
    check_part(connection, SMALL, standard.contents(SMALL, SMALL_SIZE), 7, 7)
    connection:close()
end

-- Beyond 4 GiB, where an offset does not fit into 32 bits any more.
local function check_huge(site)
    local connection = connect(site)
    check.equal(connection:ask(("GET_RANGE %d 70000 %s"):format(HUGE_SIZE - 65536, HUGE)),
        "OK 65536")
    check.same_bytes(connection:bytes(65536), ("\0"):rep(65536))
    check.equal(connection:ask(("GET_RANGE %d 1 %s"):format(HUGE_SIZE + 1, HUGE)), BAD_RANGE)
    connection:close()
end

-- Each request is for the file that has the name then.
local function check_replaced(site)
    local connection = connect(site)
    check_part(connection, "shared_document.txt", standard.contents("shared_document.txt", 600), 0,
        300)
    folder.write(site.cs1_files .. "/.new", ("n"):rep(400))
    folder.replace(site.cs1_files .. "/.new", site.cs1_files .. "/shared_document.txt")
    check_part(connection, "shared_document.txt", ("n"):rep(400), 300, 300)
    os.remove(site.cs1_files .. "/shared_document.txt")
    check.equal(connection:ask("GET_RANGE 0 1 shared_document.txt"), NOT_FOUND)
    connection:close()
end

-- The log tells what was sent, and a part that is not read counts as load until it is given up.
local function check_log_and_load(site)
    site.cs1:says("Sent file: sample_cs1.txt %(500 bytes%)", 5)
    site.cs1:says("Sent range: pool/a large file.bin %(100000 bytes at 2900000%)", 5)
    local connection = connect(site)
    connection:send(("GET_RANGE 0 %d %s\n"):format(MOST, HUGE))
    waiting.eventually("the part counts as load", 10, function()
        local servers = wire.servers(site.monitor.tcp_port)
        return servers and servers.CS1.load == 1
    end)
    connection:reset()
    site.cs1:says("Client left during huge.bin: ", 10)
    waiting.eventually("the load is gone", 10, function()
        local servers = wire.servers(site.monitor.tcp_port)
        return servers and servers.CS1.load == 0
    end)
end

return function(test)
    local site = standard.start(test:network(), { cs1 = {
        [LARGE] = LARGE_SIZE, [HUGE] = { hole = HUGE_SIZE }, [".hidden"] = "hidden",
    } })
    site:settles()
    check_parts(site)
    check_pipeline(site)
    check_errors(site)
    check_huge(site)
    check_log_and_load(site)
    check_replaced(site)
end
