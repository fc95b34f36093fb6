-- LOCATE, STAT and FILE_HASH at the index, over the wire; holders that differ are never mixed.

local check = require("mcdn.check")
local socket = require("socket")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local X, Y = ("0123456789abcdef"):rep(4), ("f0"):rep(32)
local MANY = 1000
local NOT_FOUND = "ERROR FILE_NOT_FOUND"
local INVALID = "ERROR INVALID_FORMAT"

-- Nothing is answered to `line`: what is asked after it is answered next.
local function quiet(connection, line)
    check.truthy(connection:send(line .. "\n"))
    check.equal(connection:ask("PING"), "PONG", "the answer after " .. line)
end

-- Registers a server on a connection of its own with { { name, size, hash or nil }, ... }.
local function register(port, id, files)
    local connection = check.truthy(wire.connect(port))
    check.equal(connection:ask(("REGISTER %s 7001 7002"):format(id)), "OK REGISTERED")
    for _, file in ipairs(files) do
        connection:send(("ADD_FILE %s %s %d\n"):format(id, file[1], file[2]))
        if file[3] then
            connection:send(("FILE_HASH %s %s %s\n"):format(id, file[3], file[1]))
        end
    end
    check.equal(connection:ask("DONE_FILES"), "OK FILES_ADDED")
    return connection
end

local function set_load(connection, id, load)
    check.equal(connection:ask(("UPDATE_LOAD %s %d"):format(id, load)), "OK")
end

-- The sources of a file in one string, best first: "A 10 x, B 10 -".
local function sources(port, name)
    local connection = check.truthy(wire.connect(port))
    local lines, problem = connection:list("LOCATE " .. name)
    connection:close()
    if not lines then
        return problem
    end
    for at, line in ipairs(lines) do
        local id, size, hash = line:match("^SOURCE 127%.0%.0%.1 7001 (%S+) (%d+) (%S+)$")
        check.truthy(id, "a line of LOCATE: " .. line)
        lines[at] = ("%s %s %s"):format(id, size, hash == X and "x" or hash == Y and "y" or hash)
    end
    return table.concat(lines, ", ")
end

local function expect(index, name, expected, stat)
    check.equal(sources(index.tcp_port, name), expected, "the sources of " .. name)
    check.equal(wire.ask(index.tcp_port, "STAT " .. name), stat, "what is known of " .. name)
end

local function check_words(index)
    local port = index.tcp_port
    local a = register(port, "A", { { "a file", 10 }, { "empty", 0, X } })
    expect(index, "a file", "A 10 -", "STAT 10 - 1 a file")
    expect(index, "empty", "A 0 x", ("STAT 0 %s 1 empty"):format(X))
    expect(index, "nothing", NOT_FOUND, NOT_FOUND)
    expect(index, "../a", NOT_FOUND, NOT_FOUND)
    quiet(a, ("FILE_HASH A %s a file"):format(Y))
    expect(index, "a file", "A 10 y", ("STAT 10 %s 1 a file"):format(Y))
    quiet(a, "ADD_FILE A a file 10") -- and forgets its hash
    expect(index, "a file", "A 10 -", "STAT 10 - 1 a file")
    for _, line in ipairs({
        "LOCATE", "STAT", "FILE_HASH A", "FILE_HASH A a file", "FILE_HASH A " .. X,
        ("FILE_HASH A %s nothing"):format(X), ("FILE_HASH B %s a file"):format(X),
        ("FILE_HASH A %s a file"):format(X:upper()), ("FILE_HASH A %s0 a file"):format(X),
        ("FILE_HASH A %s ../a"):format(X),
    }) do
        check.equal(a:ask(line), INVALID, line)
    end
    local other = check.truthy(wire.connect(port))
    check.equal(other:ask(("FILE_HASH A %s a file"):format(X)), INVALID, "not its own REGISTER")
    check.equal(other:ask("REGISTER A 7001 7002"), "OK REGISTERED")
    check.equal(other:ask(("FILE_HASH A %s a file"):format(X)), INVALID, "not in the new list yet")
    quiet(other, "ADD_FILE A a file 11")
    quiet(other, ("FILE_HASH A %s a file"):format(X))
    expect(index, "a file", "A 10 -", "STAT 10 - 1 a file")
    check.equal(other:ask("DONE_FILES"), "OK FILES_ADDED")
    expect(index, "a file", "A 11 x", ("STAT 11 %s 1 a file"):format(X))
    expect(index, "empty", NOT_FOUND, NOT_FOUND)
    check.equal(a:ask(("FILE_HASH A %s a file"):format(Y)), INVALID, "replaced by another's list")
    quiet(other, "REMOVE_FILE A a file")
    expect(index, "a file", NOT_FOUND, NOT_FOUND)
    check.equal(other:ask("LEAVE A"), "OK LEFT")
    a:close()
    other:close()
end

-- GET, LOCATE, STAT and LIST_FILES speak of one file.
local function expect_one(index, expected, stat)
    local port = index.tcp_port
    expect(index, "f", expected, stat)
    local size = stat:match("^STAT (%d+)")
    check.equal(wire.files(port).f, tonumber(size), "the size in the list")
    for _ = 1, 6 do
        local place, problem = wire.locate(port, "f")
        check.truthy(place, problem)
        check.equal(place.size, tonumber(size), "the size that GET tells")
        check.contains(expected, place.id .. " ", "whom GET names")
    end
end

local function check_groups(index)
    local servers = {}
    local function add(id, size, hash, load)
        servers[id] = register(index.tcp_port, id, { { "f", size, hash } })
        set_load(servers[id], id, load)
    end
    add("B", 10, nil, 30)
    expect_one(index, "B 10 -", "STAT 10 - 1 f")
    add("C", 10, X, 20) -- the only hash: B joins it
    expect_one(index, "C 10 x, B 10 -", ("STAT 10 %s 2 f"):format(X))
    add("D", 20, Y, 0)
    expect_one(index, "C 10 x, B 10 -", ("STAT 10 %s 2 f"):format(X))
    add("E", 20, nil, 10) -- two and two: the one registered last
    expect_one(index, "D 20 y, E 20 -", ("STAT 20 %s 2 f"):format(Y))
    add("F", 10, Y, 10) -- now B belongs to nobody
    expect_one(index, "D 20 y, E 20 -", ("STAT 20 %s 2 f"):format(Y))
    check.equal(servers.E:ask("LEAVE E"), "OK LEFT")
    expect_one(index, "F 10 y", ("STAT 10 %s 1 f"):format(Y))
    quiet(servers.C, ("FILE_HASH C %s f"):format(Y))
    expect_one(index, "F 10 y, C 10 y, B 10 -", ("STAT 10 %s 3 f"):format(Y))
    set_load(servers.F, "F", 40)
    expect_one(index, "C 10 y, B 10 -, F 10 y", ("STAT 10 %s 3 f"):format(Y))
    for id, connection in pairs(servers) do
        check.equal(connection:ask("LEAVE " .. id), "OK LEFT")
        connection:close()
    end
    expect(index, "f", NOT_FOUND, NOT_FOUND)
end

-- Asking where a file is sends nobody there.
local function check_turns(index)
    local one = register(index.tcp_port, "T1", { { "t", 1 } })
    local two = register(index.tcp_port, "T2", { { "t", 1 } })
    local first = wire.locate(index.tcp_port, "t").id
    for _ = 1, 7 do
        wire.ask(index.tcp_port, "STAT t")
        sources(index.tcp_port, "t")
    end
    check.truthy(wire.locate(index.tcp_port, "t").id ~= first, "the second is the other one")
    one:close()
    two:close()
end

-- The address is what the client can reach.
local function check_address(index)
    local ip = socket.dns.toip(socket.dns.gethostname())
    local connection = ip and not ip:find("^127%.") and wire.connect(index.tcp_port, ip)
    if not connection then
        return false
    end
    local lines = check.truthy(connection:list("LOCATE t"))
    for _, line in ipairs(lines) do
        check.contains(line, ("SOURCE %s 7001 T"):format(ip))
    end
    connection:close()
    return true
end

-- A long answer comes whole and in order, also to somebody who reads it late, and who asks on.
local function check_many(index)
    local connection = check.truthy(wire.connect(index.tcp_port))
    for number = 1, MANY do
        check.truthy(connection:send(
            ("REGISTER M%04d 7001 7002\nADD_FILE M%04d many 7\nDONE_FILES\nUPDATE_LOAD M%04d %d\n")
            :format(number, number, number, number)))
        for _, answer in ipairs({ "OK REGISTERED", "OK FILES_ADDED", "OK" }) do
            check.equal(connection:line(), answer)
        end
    end
    local asking = check.truthy(wire.connect(index.tcp_port))
    local rounds = 20
    check.truthy(asking:send(("LOCATE many\nSTAT many\n"):rep(rounds)))
    check.equal(wire.ask(index.tcp_port, "STAT many"), ("STAT 7 - %d many"):format(MANY))
    for _ = 1, rounds do
        for number = 1, MANY do
            check.equal(asking:line(), ("SOURCE 127.0.0.1 7001 M%04d 7 -"):format(number))
        end
        check.equal(asking:line(), "END")
        check.equal(asking:line(), ("STAT 7 - %d many"):format(MANY))
    end
    asking:close()
    connection:close()
end

-- Who goes away in the middle of an answer leaves nothing behind that disturbs others.
local function check_reset(index)
    for _ = 1, 5 do
        local connection = check.truthy(wire.connect(index.tcp_port))
        check.truthy(connection:send(("LOCATE many\n"):rep(50)))
        check.truthy(connection:line())
        connection:reset()
    end
    waiting.eventually("the index answers", 5, function()
        return wire.ask(index.tcp_port, "STAT many") == ("STAT 7 - %d many"):format(MANY)
    end)
end

return function(test)
    local net = test:network()
    local index = net:index({ monitor = { tcp_port = 1 } })
    check_words(index)
    check_groups(index)
    check_turns(index)
    if not check_address(index) then
        test:skip("the address that a client reaches", "this machine has no address but loopback")
    end
    check_many(index)
    check_reset(index)
end
