-- A content server that speaks all extensions, made from the protocol's text alone.
--
-- It reads its folder and hashes it once, before it says its ports. It registers nowhere: doors of
-- the proxy do that in its place.

local here = arg[0]:match("^(.*)[/\\]")
package.path = here .. "/?.lua;" .. here .. "/../base/?.lua;" .. here .. "/../?.lua;"
    .. package.path

local common = require("common")
local control = require("control")
local stream = require("stream")
local tasks = require("tasks")

local options = common.options({ ["id"] = "CS1", ["files-dir"] = ".", ["modules"] = "." })
package.cpath = ("%s/?.so;%s/?.dll;%s"):format(options.modules, options.modules, package.cpath)

local folder = require("process.folder")
local sums = require("mcdn.sums")

local BLOCK = 65536

local files_dir = options["files-dir"]
local log = common.logger("CONTENT-" .. options.id)

local files = {} -- [name] = { size =, sha256 =, chunks = }

local function scan()
    for _, entry in ipairs(assert(folder.list(files_dir))) do
        if entry.kind == "file" then
            local sha256, chunks = sums.of_file(files_dir .. "/" .. entry.name)
            files[entry.name] = { size = entry.size, sha256 = sha256, chunks = chunks }
            log("Found file: %s (%d bytes)", entry.name, entry.size)
        end
    end
end

local function send_bytes(client, name, offset, length)
    local file = assert(io.open(files_dir .. "/" .. name, "rb"))
    file:seek("set", offset)
    local fine = client:send(("OK %d\n"):format(length))
    while fine and length > 0 do
        local data = file:read(math.min(BLOCK, length))
        fine = data and client:send(data)
        length = length - #(data or "")
    end
    file:close()
    return fine
end

local NOT_FOUND = "ERROR FILE_NOT_FOUND\n"
local INVALID = "ERROR INVALID_FORMAT\n"

local answers = {}

function answers.GET(client, rest)
    local file = files[rest]
    if not file then
        return client:send(NOT_FOUND)
    end
    return send_bytes(client, rest, 0, file.size)
end

function answers.GET_RANGE(client, rest)
    local offset, length, name = rest:match("^(%d+) +(%d+) +(.+)$")
    offset, length = math.tointeger(tonumber(offset)), math.tointeger(tonumber(length))
    local file = files[name]
    if not offset or not length then
        return client:send(INVALID)
    elseif not file then
        return client:send(NOT_FOUND)
    elseif offset > file.size then
        return client:send("ERROR INVALID_RANGE\n")
    end
    return send_bytes(client, name, offset, math.min(length, file.size - offset))
end

function answers.STAT(client, rest)
    local file = files[rest]
    return client:send(file and ("STAT %d %s 1700000000 %s\n"):format(file.size, file.sha256, rest)
        or NOT_FOUND)
end

function answers.CHUNKS(client, rest)
    local file = files[rest]
    if not file then
        return client:send(NOT_FOUND)
    end
    local lines = { ("CHUNKS %d %d %s"):format(sums.CHUNK_SIZE, #file.chunks, rest) }
    table.move(file.chunks, 1, #file.chunks, 2, lines)
    lines[#lines + 1] = "END\n"
    return client:send(table.concat(lines, "\n"))
end

function answers.PING(client)
    return client:send("PONG\n")
end

local function answer(client, line)
    local verb, rest = line:match("^(%S+) *(.-) *$")
    if not verb then
        return true -- an empty line
    elseif not answers[verb] then
        return client:send("ERROR UNKNOWN_COMMAND\n")
    elseif rest == "" and verb ~= "PING" then
        return client:send(INVALID)
    end
    return answers[verb](client, rest)
end

local function session(handle)
    local client = stream.new(handle)
    local line = client:line()
    while line and answer(client, line) do
        line = client:line()
    end
    client:close()
end

local function serve(listener)
    while true do
        local handle = tasks.accept(listener)
        handle:setoption("tcp-nodelay", true)
        tasks.spawn(session, handle)
    end
end

local function main()
    scan()
    local listener = tasks.listen(tonumber(options["tcp-port"] or 0))
    local port = math.tointeger(tonumber((select(2, listener:getsockname()))))
    log("TCP server started on port %d", port)
    tasks.spawn(serve, listener)
    control.serve(log, {})
end

tasks.spawn(main)
tasks.run()
