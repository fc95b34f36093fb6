-- An index that speaks the extensions for clients, made from the protocol's text alone. It knows no
-- monitor: who registered is alive until it leaves. And it lies where it is told to, by the control
-- port's ANSWER.

local here = arg[0]:match("^(.*)[/\\]")
package.path = here .. "/?.lua;" .. here .. "/../base/?.lua;" .. package.path

local common = require("common")
local control = require("control")
local stream = require("stream")
local tasks = require("tasks")

local options = common.options({ ["tcp-port"] = "0" })
local log = common.logger("INDEX")

local servers = {} -- [id] = { ip =, port =, alive =, files = { [name] = { size =, sha256 = } } }
local lies = {} -- [request] = the text of its answer

local NOT_FOUND = "ERROR FILE_NOT_FOUND\n"
local INVALID = "ERROR INVALID_FORMAT\n"

-- The live holders, { id =, server =, file = } each, of the version that most of them have.
local function holders(name)
    local groups, best = {}, nil
    for id, server in pairs(servers) do
        local file = server.alive and server.files[name]
        if file then
            local version = file.size .. " " .. (file.sha256 or "-")
            local group = groups[version] or {}
            groups[version] = group
            group[#group + 1] = { id = id, server = server, file = file }
            if not best or #group > #best then
                best = group
            end
        end
    end
    if best then
        table.sort(best, function(a, b) return a.id < b.id end)
    end
    return best
end

local clients = {}

function clients.HELLO()
    return "WELCOME MICRO-CDN\n"
end

function clients.PING()
    return "PONG\n"
end

function clients.GET(name)
    local list = holders(name)
    if not list then
        return NOT_FOUND
    end
    local first = list[1]
    return ("SERVER %s %d %s %d\n"):format(first.server.ip, first.server.port, first.id,
        first.file.size)
end

function clients.LOCATE(name)
    local lines = {}
    for at, one in ipairs(holders(name) or {}) do
        lines[at] = ("SOURCE %s %d %s %d %s\n"):format(one.server.ip, one.server.port, one.id,
            one.file.size, one.file.sha256 or "-")
    end
    return #lines > 0 and table.concat(lines) .. "END\n" or NOT_FOUND
end

function clients.STAT(name)
    local list = holders(name)
    return list and ("STAT %d %s %d %s\n"):format(list[1].file.size, list[1].file.sha256 or "-",
        #list, name) or NOT_FOUND
end

function clients.LIST_FILES()
    local names, sizes = {}, {}
    for _, server in pairs(servers) do
        for name, file in pairs(server.alive and server.files or {}) do
            if not sizes[name] then
                names[#names + 1] = name
            end
            sizes[name] = file.size
        end
    end
    table.sort(names)
    for at, name in ipairs(names) do
        names[at] = ("FILE %s %d\n"):format(name, sizes[name])
    end
    return table.concat(names) .. "END\n"
end

function clients.LIST_SERVERS()
    local lines = {}
    for id, server in pairs(servers) do
        lines[#lines + 1] = ("SERVER %s %s %d 0 %s\n"):format(id, server.ip, server.port,
            server.alive and "alive" or "dead")
    end
    table.sort(lines)
    return table.concat(lines) .. "END\n"
end

-- What content servers say; `session` has the lists that are being made or in force by their ids.
local registrants = {}

function registrants.REGISTER(rest, session)
    local id, port, more = rest:match("^(%S+) (%d+) %d+ *(%S*)$")
    if not id then
        return INVALID
    end
    session.last = id
    session[id] = { ip = more ~= "" and more or session.ip, port = tonumber(port), files = {},
        alive = true }
    log("Registered Content Server: %s", id)
    return "OK REGISTERED\n"
end

function registrants.ADD_FILE(rest, session)
    local id, name, size = rest:match("^(%S+) (.+) (%d+)$")
    if not session[id] then
        return INVALID
    end
    session[id].files[name] = { size = math.tointeger(tonumber(size)) }
end

function registrants.FILE_HASH(rest, session)
    local id, sha256, name = rest:match("^(%S+) (%x+) (.+)$")
    if not session[id] or not session[id].files[name] or #sha256 ~= 64 then
        return INVALID
    end
    session[id].files[name].sha256 = sha256
end

function registrants.REMOVE_FILE(rest, session)
    local id, name = rest:match("^(%S+) (.+)$")
    if not session[id] then
        return INVALID
    end
    session[id].files[name] = nil
end

function registrants.DONE_FILES(_, session)
    if not session.last then
        return INVALID
    end
    servers[session.last] = session[session.last]
    return "OK FILES_ADDED\n"
end

function registrants.UPDATE_LOAD(rest, session)
    return session[rest:match("^%S+")] and "OK\n" or INVALID
end

function registrants.LEAVE(rest, session)
    if not session[rest] then
        return INVALID
    end
    session[rest].alive = false
    return "OK LEFT\n"
end

-- The text of the answer to a line; nil for none.
local function answer(line, session)
    local verb, rest = line:match("^(%S+) *(.-)$")
    if not verb then
        return nil
    elseif lies[line] then
        return lies[line]
    elseif registrants[verb] then
        return registrants[verb](rest, session)
    elseif clients[verb] then
        log("Client request: %s", line)
        return clients[verb](rest)
    end
    return "ERROR UNKNOWN_COMMAND\n"
end

local function serve(handle)
    local peer = stream.new(handle)
    local session = { ip = handle:getpeername() }
    local line = peer:line()
    while line and peer:send(answer(line, session) or "") do
        line = peer:line()
    end
    peer:close()
end

local function main()
    local listener = tasks.listen(tonumber(options["tcp-port"]))
    log("TCP server started on port %d", select(2, listener:getsockname()))
    tasks.spawn(control.serve, log, {
        -- ANSWER <request>TAB<line>TAB<line>...: from now on the request is answered by these.
        ANSWER = function(_, line)
            local request, lines = line:match("^ANSWER ([^\t]*)\t(.*)$")
            lies[control.decode(request)] = control.decode(lines:gsub("\t", "\n") .. "\n")
        end,
    })
    while true do
        tasks.spawn(serve, tasks.accept(listener))
    end
end

tasks.spawn(main)
tasks.run()
