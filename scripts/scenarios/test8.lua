-- Hostile peers: whatever they send, the servers answer as the protocol says and go on serving the
-- others.

local check = require("mcdn.check")
local slow_readers = require("mcdn.slow_readers")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local LINE_MAX = 8192

-- Each server with a request and its answer, all of whose bytes are known.
local function targets(site)
    return {
        { name = "monitor", port = site.monitor.tcp_port, ask = "PING", answer = "PONG" },
        { name = "index", port = site.index.tcp_port, ask = "HELLO",
            answer = "WELCOME MICRO-CDN" },
        { name = "notifications", port = site.index.notify_port, ask = "NONSENSE",
            answer = "ERROR UNKNOWN_COMMAND" },
        { name = "content", port = site.cs1.tcp_port, ask = "GET nothing",
            answer = "ERROR FILE_NOT_FOUND" },
    }
end

local function connect(port)
    local connection, problem = wire.connect(port)
    return check.truthy(connection, problem)
end

local function is_served(target)
    check.equal(wire.ask(target.port, target.ask), target.answer, target.name)
end

-- A line that is one byte too long ends the connection; the longest one does not.
local function check_line_length(target)
    local connection = connect(target.port)
    check.equal(connection:ask(("x"):rep(LINE_MAX - 1)), "ERROR UNKNOWN_COMMAND", target.name)
    check.equal(connection:ask(target.ask), target.answer, target.name)
    connection:send(("x"):rep(LINE_MAX) .. "\n")
    check.equal(connection:line(), "ERROR INVALID_FORMAT", target.name)
    check.truthy(connection:ended(), target.name .. " ends the connection")
    connection:close()
end

-- No line feed ever: the answer comes without waiting for it.
local function check_endless_line(target)
    local connection = connect(target.port)
    for _ = 1, 200 do
        if not connection:send(("x"):rep(LINE_MAX)) then
            break
        end
    end
    check.truthy(connection:ended(), target.name .. " ends the connection")
    connection:close()
    is_served(target)
end

local function check_pieces(target)
    local connection = connect(target.port)
    for byte in (target.ask .. "\r\n"):gmatch(".") do
        connection:send(byte)
    end
    check.equal(connection:line(), target.answer, target.name .. ", one byte at a time")
    connection:close()
end

-- Several requests in one packet, some of them wrong: as many answers, in their order.
local function check_pipeline(target)
    local connection = connect(target.port)
    connection:send(("%s\n\n\nNONSENSE\r\n%s\n"):format(target.ask, target.ask):rep(50))
    for _ = 1, 50 do
        check.equal(connection:line(), target.answer, target.name)
        check.equal(connection:line(), "ERROR UNKNOWN_COMMAND", target.name)
        check.equal(connection:line(), target.answer, target.name)
    end
    connection:close()
end

-- A peer that has ended its side still gets its answers, also to a last line without line feed.
local function check_half_close(target)
    local connection = connect(target.port)
    connection:send(target.ask .. "\n" .. target.ask)
    connection:end_sending()
    check.equal(connection:rest(), (target.answer .. "\n"):rep(2), target.name)
    connection:close()
end

-- Those who say nothing, or half a request, or leave with a reset, keep nobody from being served.
local function check_silent(target)
    local silent = {}
    for at = 1, 60 do
        silent[at] = connect(target.port)
        if at % 3 == 0 then
            silent[at]:send(target.ask:sub(1, 3))
        end
    end
    is_served(target)
    for at, connection in ipairs(silent) do
        if at % 2 == 0 then
            connection:reset()
        else
            connection:close()
        end
    end
    is_served(target)
end

local function check_binary(target)
    local connection = connect(target.port)
    connection:send("\0\1\255\r\r\n")
    check.equal(connection:line(), "ERROR UNKNOWN_COMMAND", target.name)
    check.equal(connection:ask(target.ask .. " "), target.answer, target.name .. ": a last space")
    connection:close()
    is_served(target)
end

local function check_target(target)
    check_line_length(target)
    check_endless_line(target)
    check_pieces(target)
    check_pipeline(target)
    check_half_close(target)
    check_silent(target)
    check_binary(target)
end

local function check_answers(port, answers)
    local connection = connect(port)
    for _, pair in ipairs(answers) do
        check.equal(connection:ask(pair[1]), pair[2], ("the answer to %q"):format(pair[1]))
    end
    connection:close()
end

local BAD = "ERROR INVALID_FORMAT"
local UNKNOWN = "ERROR UNKNOWN_COMMAND"
local NOT_FOUND = "ERROR FILE_NOT_FOUND"

local function check_index_requests(port)
    check_answers(port, {
        { "hello", UNKNOWN }, { "HELLO there", BAD }, { "GET", BAD },
        { "GET ../../etc/passwd", NOT_FOUND }, { "GET /etc/passwd", NOT_FOUND },
        { "GET a//b", NOT_FOUND }, { "GET ./a", NOT_FOUND }, { "GET a\\b", NOT_FOUND },
        { "GET " .. ("n"):rep(1025), NOT_FOUND },
        { "REGISTER", BAD }, { "REGISTER CS9", BAD }, { "REGISTER CS9 0 1", BAD },
        { "REGISTER CS9 65536 1", BAD }, { "REGISTER CS9 -1 1", BAD },
        { "REGISTER CS9 +1 1", BAD }, { "REGISTER CS9 1x 1", BAD },
        { "REGISTER CS9 0x10 1", BAD }, { "REGISTER C$9 1 1", BAD },
        { "REGISTER " .. ("i"):rep(65) .. " 1 1", BAD },
        { "ADD_FILE CS1 x.txt 1", BAD }, { "DONE_FILES", BAD }, { "UPDATE_LOAD CS1 5", BAD },
        { "REGISTER CS9 1 1", "OK REGISTERED" },
        { "ADD_FILE CS1 x.txt 1", BAD }, { "ADD_FILE CS9 x.txt", BAD },
        { "ADD_FILE CS9 x.txt -1", BAD }, { "ADD_FILE CS9 ../x.txt 1", BAD },
        { "ADD_FILE CS9 x.txt 9223372036854775808", BAD },
        { "UPDATE_LOAD CS9 2147483648", BAD }, { "UPDATE_LOAD CS9 3", "OK" },
        { "HELLO", "WELCOME MICRO-CDN" },
    })
    local servers = check.truthy(wire.servers(port))
    check.equal(servers.CS9, nil, "a server is not shown before DONE_FILES")
end

local function check_monitor_requests(port)
    check_answers(port, {
        { "ping", UNKNOWN }, { "PING PING", BAD }, { "LIST_SERVERS now", BAD },
        { "REGISTER_INDEX", BAD }, { "REGISTER_INDEX localhost", BAD },
        { "REGISTER_INDEX localhost 0", BAD }, { "REGISTER_INDEX localhost 70000", BAD },
        { "PING", "PONG" },
    })
end

local function check_content_requests(port)
    check_answers(port, {
        { "get sample_cs1.txt", UNKNOWN }, { "GET", BAD },
        { "GET ../CS2/sample_cs2.txt", NOT_FOUND }, { "GET /etc/passwd", NOT_FOUND },
        { "GET .", NOT_FOUND }, { "GET " .. ("../"):rep(300) .. "etc/passwd", NOT_FOUND },
    })
    -- Two files, pipelined with a mistake between them.
    local connection = connect(port)
    connection:send("GET sample_cs1.txt\nGET nothing\nGET shared_document.txt\n")
    check.equal(connection:line(), "OK 500")
    check.equal(connection:bytes(500), standard.contents("sample_cs1.txt", 500))
    check.equal(connection:line(), NOT_FOUND)
    check.equal(connection:line(), "OK 600")
    check.equal(connection:bytes(600), standard.contents("shared_document.txt", 600))
    connection:close()
end

-- A list that is being registered and broken off leaves the old one in force.
local function check_broken_registration(port)
    local connection = connect(port)
    check.equal(connection:ask("REGISTER CS1 1 1"), "OK REGISTERED")
    connection:send("ADD_FILE CS1 wrong.txt 1\n")
    connection:reset()
    waiting.holds("CS1 keeps its files", 0.5, function()
        local files = check.truthy(wire.files(port))
        return files["sample_cs1.txt"] == 500 and not files["wrong.txt"], "another list"
    end)
end

local BAD_HEARTBEATS = {
    "", "\n", "HEARTBEAT", "HEARTBEAT EVIL", "HEARTBEAT EVIL localhost 1 2",
    "HEARTBEAT EVIL localhost 0 0 0", "HEARTBEAT EVIL localhost 65536 0 0",
    "HEARTBEAT EVIL localhost 1 -1 0", "HEARTBEAT EVIL localhost 1 0 x",
    "HEARTBEAT EVIL localhost 1 2147483648 0", "heartbeat EVIL localhost 1 0 0",
    "HEARTBEAT EV/IL localhost 1 0 0", "HEARTBEAT " .. ("i"):rep(65) .. " localhost 1 0 0",
    "HEARTBEAT EVIL " .. ("h"):rep(2000) .. " 1 0 0", "\0\255\254", ("x"):rep(60000),
}

local function check_heartbeats(site)
    for _, text in ipairs(BAD_HEARTBEATS) do
        wire.datagram(site.monitor.udp_port, text)
    end
    for _ = 1, 500 do
        local length = math.random(1, 100)
        local bytes = {}
        for at = 1, length do
            bytes[at] = string.char(math.random(0, 255))
        end
        wire.datagram(site.monitor.udp_port, table.concat(bytes))
    end
    wire.datagram(site.monitor.udp_port, "HEARTBEAT GOOD localhost 4242 7 8 and more fields\r\n")
    local servers = waiting.eventually("a good heartbeat is heard after them", 5, function()
        local servers, problem = wire.servers(site.monitor.tcp_port)
        return servers and servers.GOOD and servers, problem
    end)
    check.equal(servers.GOOD.port, 4242)
    check.equal(servers.GOOD.load, 7)
    servers.GOOD, servers.CS1, servers.CS2 = nil, nil, nil
    check.equal(next(servers), nil, "nobody else is known")
end

-- Connections that keep nothing but a transfer they do not read, while others are served.
local function check_unread_files(site)
    local readers = slow_readers.new()
    for _ = 1, 40 do
        readers:add(site.cs1.tcp_port, "big.bin", "CS1")
    end
    check.equal(wire.fetch(site.cs1.tcp_port, "sample_cs1.txt"),
        standard.contents("sample_cs1.txt", 500))
    readers:drop()
end

-- A file that shrinks while it is sent ends the connection, short and never padded.
local function check_shrinking_file(site)
    local connection, size = wire.begin_get(site.cs1.tcp_port, "shrinking.bin")
    check.equal(size, slow_readers.FILE_SIZE)
    local file = io.open(site.cs1_files .. "/shrinking.bin", "wb")
    file:close()
    local _, problem, partial = connection:bytes(size)
    check.equal(problem, "closed")
    check.at_most(#partial, size - 1)
    connection:close()
end

local function requests(site)
    check_index_requests(site.index.tcp_port)
    check_monitor_requests(site.monitor.tcp_port)
    check_content_requests(site.cs1.tcp_port)
end

local function registration(site)
    check_broken_registration(site.index.tcp_port)
end

local function files(site)
    check_unread_files(site)
    check_shrinking_file(site)
end

local parts = {
    { "requests", requests },
    { "registration", registration },
    { "heartbeats", check_heartbeats },
    { "files", files },
}

return function(test)
    local big = { hole = slow_readers.FILE_SIZE }
    local site = standard.start(test:network(),
        { cs1 = { ["big.bin"] = big, ["shrinking.bin"] = big } })
    site:settles()
    for _, target in ipairs(targets(site)) do
        if test:wants("target " .. target.name) then
            check_target(target)
        end
    end
    for _, part in ipairs(parts) do
        if test:wants(part[1]) then
            part[2](site)
        end
    end
end
