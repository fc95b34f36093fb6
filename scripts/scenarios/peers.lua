-- The peers that the other scenarios are played with: each fault of the proxy is the one it is
-- named after, and Lua's own content server and index answer as ours do.

local check = require("mcdn.check")
local downloads = require("mcdn.downloads")
local folder = require("mcdn.folder")
local wire = require("mcdn.wire")

local NAME = "file.bin"
local SIZE = 100000

local function connect(door)
    local connection, problem = wire.connect(door.tcp_port)
    return check.truthy(connection, problem)
end

-- What comes after the promise of a GET: the promised size, the bytes, and how it ended.
local function get(door, request)
    local connection = connect(door)
    local promised = connection:ask(request or "GET " .. NAME)
    connection:end_sending()
    local data, problem, partial = connection:rest()
    connection:close()
    return promised, data or partial, problem
end

local function check_answer(door, promised, data, what)
    local line, got = get(door)
    check.equal(line, promised, what)
    check.same_bytes(got, data, what)
    door:heal()
end

local function check_cuts(site, door, data)
    door:fault("close", { after = 1000, times = 1 })
    check_answer(door, "OK " .. SIZE, data:sub(1, 1000), "close")
    check_answer(door, "OK " .. SIZE, data, "one time only")
    door:fault("reset", { after = 500 })
    local connection = connect(door)
    check.equal(connection:ask("GET " .. NAME), "OK " .. SIZE)
    check.truthy(connection:ended(), "reset")
    connection:close()
    door:heal()
    site.proxy:forget()
    get(door, "GET_RANGE 100 50 " .. NAME)
    get(door, "GET_RANGE 120 50 " .. NAME)
    check.equal(site.proxy:sent(), 100)
    check.equal(site.proxy:sent_again(), 30)
    check.equal(door:sent(), 100)
end

local function check_waits(site, door)
    local connection = connect(door)
    connection.tcp:settimeout(0.3)
    door:fault("stall", { after = 700, times = 1 })
    check.equal(connection:ask("GET " .. NAME), "OK " .. SIZE)
    local _, problem, partial = connection:bytes(SIZE)
    check.equal(problem, "timeout", "stall")
    check.equal(#partial, 700, "stall")
    connection:close()
    door:fault("silent", { times = 1 })
    connection = connect(door)
    connection.tcp:settimeout(0.3)
    local line
    line, problem = connection:ask("GET " .. NAME)
    check.equal(line or problem, "timeout", "silent")
    connection:close()
    site.proxy:forget()
    site.proxy:gate(1234)
    connection = connect(door)
    check.equal(connection:ask("GET " .. NAME), "OK " .. SIZE)
    site.proxy:waits_for(1234)
    check.equal(#connection:bytes(1234), 1234, "before the gate")
    site.proxy:gate(nil)
    check.equal(#connection:bytes(SIZE - 1234), SIZE - 1234, "after the gate")
    connection:close()
end

local function check_lies(_, door, data)
    door:fault("larger", { value = 10 })
    check_answer(door, "OK " .. SIZE + 10, data .. ("\xee"):rep(10), "larger")
    door:fault("smaller", { value = 10 })
    check_answer(door, "OK " .. SIZE - 10, data:sub(1, -11), "smaller")
    door:fault("surplus", { value = 10 })
    check_answer(door, "OK " .. SIZE, data .. ("\xee"):rep(10), "surplus")
    door:fault("answer", { value = "ERROR FILE_NOT_FOUND" })
    check_answer(door, "ERROR FILE_NOT_FOUND", "", "answer")
    door:fault("corrupt", { value = 99999 })
    local wrong = string.char(data:byte(SIZE) ~ 0x5a)
    check_answer(door, "OK " .. SIZE, data:sub(1, -2) .. wrong, "corrupt")
end

local function check_absence(_, door)
    local connection = connect(door)
    check.equal(connection:ask("STAT nothing"), "ERROR FILE_NOT_FOUND")
    door:drop("close")
    check.truthy(connection:ended(), "drop")
    connection:close()
    door:refuse()
    check.equal(wire.connect(door.tcp_port), nil, "refuse")
    door:open()
    check.equal((get(door)), "OK " .. SIZE, "open")
end

local QUESTIONS = {
    "GET nothing", "GET_RANGE 0 5 nothing", "GET_RANGE 10 5 " .. NAME, "GET_RANGE 99998 9 " .. NAME,
    "GET_RANGE 100000 9 " .. NAME, "GET_RANGE 100001 9 " .. NAME, "GET_RANGE 5 0 " .. NAME,
    "GET_RANGE -1 5 " .. NAME, "GET_RANGE 5 " .. NAME, "GET_RANGE", "STAT nothing", "STAT",
    "CHUNKS " .. NAME, "CHUNKS nothing", "CHUNKS", "PING", "NONSENSE",
}

-- Ours and Lua's give the same answers.
local function check_content(site, ours, other)
    for _, question in ipairs(QUESTIONS) do
        local line, rest = get(ours, question)
        local other_line, other_rest = get(other, question)
        check.equal(line, other_line, question)
        check.equal(rest, other_rest, question)
    end
    local stat = wire.ask(ours.tcp_port, "STAT " .. NAME)
    check.matches(stat, ("^STAT %d %s %%d+ %s$"):format(SIZE, site.file.sha256,
        NAME:gsub("%p", "%%%0")))
end

local function sources(index)
    local connection = wire.connect(index.tcp_port)
    local lines = check.truthy(connection:list("LOCATE " .. NAME))
    connection:close()
    table.sort(lines)
    return table.concat(lines, "\n")
end

local function check_index(test, index_kind)
    local site = downloads.start(test, "index-" .. index_kind, { index = index_kind })
    local file = site:make_file("files", NAME, SIZE)
    local upstream = site:serves(file, "lua")
    local doors = {}
    for at = 1, 2 do
        local door = site:door("P" .. at, upstream, file)
        doors[at] = ("SOURCE 127.0.0.1 %d P%d %d %s"):format(door.tcp_port, at, SIZE, file.sha256)
    end
    table.sort(doors)
    check.equal(sources(site.index), table.concat(doors, "\n"))
    check.equal(wire.ask(site.index.tcp_port, "STAT " .. NAME), ("STAT %d %s 2 %s"):format(SIZE,
        file.sha256, NAME))
    check.equal(wire.ask(site.index.tcp_port, "LOCATE nothing"), "ERROR FILE_NOT_FOUND")
    check.equal(wire.ask(site.index.tcp_port, "STAT nothing"), "ERROR FILE_NOT_FOUND")
    site:stop()
end

local function check_peers(test)
    local site = downloads.start(test, "peers", { index = "lua" })
    local file = site:make_file("files", NAME, SIZE)
    local other = site:serves(file, "lua")
    local door = site:door("P1", other, file)
    local data = folder.read(file.path)
    site.file = file
    for _, part in ipairs({ check_cuts, check_waits, check_lies, check_absence }) do
        part(site, door, data)
    end
    check_content(site, site:serves(file, "ours"), other)
    site:stop()
end

return function(test)
    check_peers(test)
    check_index(test, "lua")
    check_index(test, "ours")
end
