-- The original's index server, as its peers see it.
--
-- Its traps, all kept: the first bytes of each connection are awaited before the next one is
-- accepted; a registration is read 4,096 bytes at a time and a line cut at that edge is two broken
-- lines; fields are split at every space; a client's request is whatever one recv brings.

package.path = arg[0]:match("^(.*)[/\\]") .. "/?.lua;" .. package.path

local common = require("common")
local socket = require("socket")
local tasks = require("tasks")

local PEEK_S = 5
local SAID_S = 2 -- a wait that is worth a line of the log

local options = common.options({
    ["tcp-port"] = "5000", ["monitor-host"] = "localhost", ["monitor-port"] = "6001",
})
local log = common.logger("INDEX")
local tcp_port = tonumber(options["tcp-port"])

local servers = {} -- [id] = { ip, port, load, alive }
local holders = {} -- [name] = array of { id, size }

local function add_file(id, name, size)
    holders[name] = holders[name] or {}
    for _, holder in ipairs(holders[name]) do
        if holder.id == id then
            return
        end
    end
    table.insert(holders[name], { id = id, size = size })
    log("Added file: %s (%d bytes) from %s", name, size, id)
end

-- The answer to one line of a registration, or nil. An error in it ends the session.
local function on_content_line(line, peer)
    local parts = common.split(line)
    if parts[1] == "REGISTER" and #parts >= 4 then
        servers[parts[2]] = { ip = peer, port = common.int(parts[3]),
            udp = common.int(parts[4]), load = 0, alive = true }
        log("Registered Content Server: %s", parts[2])
        return "OK REGISTERED\n"
    elseif parts[1] == "ADD_FILE" and #parts >= 4 then
        add_file(parts[2], parts[3], common.int(parts[4]))
    elseif line == "DONE_FILES" then
        return "OK FILES_ADDED\n"
    elseif parts[1] == "UPDATE_LOAD" and #parts >= 3 then
        if servers[parts[2]] then
            servers[parts[2]].load = common.int(parts[3])
        end
        return "OK\n"
    end
    return nil
end

local function on_content_data(handle, data, peer)
    for line in (data .. "\n"):gmatch("(.-)\n") do
        local answer = on_content_line(common.strip(line), peer)
        if answer then
            tasks.send_all(handle, answer)
        end
    end
end

local function content_session(handle, data)
    local peer = handle:getpeername()
    while data and data ~= "" do
        local fine, problem = pcall(on_content_data, handle, data, peer)
        if not fine then
            log("Error in a content server's session: %s", problem)
            break
        end
        data = tasks.recv(handle, 4096)
    end
    handle:close()
end

local function recv_until_end(handle)
    local text = ""
    while not text:find("END", 1, true) do
        local data = tasks.recv(handle, 4096, 5)
        if not data or data == "" then
            break
        end
        text = text .. data
    end
    return text
end

-- A connection to the monitor for each client's request.
local function ask_monitor()
    local handle = tasks.connect(options["monitor-host"], options["monitor-port"])
    if not handle then
        return
    end
    tasks.send_all(handle, "LIST_SERVERS\n")
    for line in recv_until_end(handle):gmatch("[^\n]+") do
        local parts = common.split(line)
        local known = parts[1] == "SERVER" and #parts >= 6 and servers[parts[2]]
        if known then
            known.load = common.int(parts[5])
            known.alive = parts[6] == "alive"
        end
    end
    handle:close()
end

local function choose(name)
    local best, best_server
    for _, holder in ipairs(holders[name] or {}) do
        local server = servers[holder.id]
        if server and server.alive and (not best or server.load < best_server.load) then
            best, best_server = holder, server
        end
    end
    return best, best_server
end

local function get(message)
    local name = common.split(message)[2]
    log("Client request: GET %s", name)
    ask_monitor()
    local holder, server = choose(name)
    if not holder then
        return "ERROR FILE_NOT_FOUND\n"
    end
    log("Directed client to server at %s:%d", server.ip, server.port)
    return ("SERVER %s %d %s %d\n"):format(server.ip, server.port, holder.id, holder.size)
end

local function list_files()
    local lines = {}
    for name, list in pairs(holders) do
        lines[#lines + 1] = ("FILE %s %d\n"):format(name, list[1].size)
    end
    return table.concat(lines) .. "END\n"
end

local function list_servers()
    local lines = {}
    for id, server in pairs(servers) do
        lines[#lines + 1] = ("SERVER %s %s %d %d %s\n"):format(id, server.ip, server.port,
            server.load, server.alive and "alive" or "dead")
    end
    return table.concat(lines) .. "END\n"
end

local function answer_client(message)
    if message == "HELLO" then
        return "WELCOME MICRO-CDN\n"
    elseif common.starts_with(message, "GET") then
        return get(message)
    elseif message == "LIST_FILES" then
        return list_files()
    elseif message == "LIST_SERVERS" then
        return list_servers()
    end
    return "ERROR UNKNOWN_COMMAND\n"
end

local function client_session(handle, data)
    while data and data ~= "" do
        local fine, text = pcall(answer_client, common.strip(data))
        if not fine then
            log("Error in a client's session: %s", text)
            break
        elseif not tasks.send_all(handle, text) then
            break
        end
        data = tasks.recv(handle, 1024)
    end
    handle:close()
end

-- Nobody else is accepted until this connection's first bytes are there.
local function begin_session(handle)
    local began = socket.gettime()
    local data = tasks.recv(handle, 1024, PEEK_S)
    if socket.gettime() - began > SAID_S then
        log("Waited %.1f s for a connection's first bytes", socket.gettime() - began)
    end
    if not data or data == "" then
        handle:close()
    elseif common.starts_with(data, "REGISTER") then
        if #data == 1024 then
            data = data .. (tasks.recv(handle, 4096 - #data, 0) or "")
        end
        tasks.spawn(content_session, handle, data)
    else
        tasks.spawn(client_session, handle, data)
    end
end

local function on_notification(message)
    local parts = common.split(message)
    if parts[1] == "SERVER_DOWN" and #parts >= 2 and servers[parts[2]] then
        servers[parts[2]].alive = false
        log("Notified that server %s is down", parts[2])
    end
end

local function hear_notifications(listener)
    while true do
        local handle = tasks.accept(listener)
        local data = tasks.recv(handle, 1024)
        if data and data ~= "" then
            on_notification(common.strip(data))
        end
        handle:close()
    end
end

local function register_with_monitor()
    local handle = tasks.connect(options["monitor-host"], options["monitor-port"])
    if not handle then
        log("Could not register with the monitor")
        return
    end
    tasks.send_all(handle, ("REGISTER_INDEX localhost %d\n"):format(tcp_port + 1))
    tasks.recv(handle, 1024, 5)
    handle:close()
end

local function main()
    log("Starting Index Server...")
    local listener = tasks.listen(tcp_port)
    local notifications = tasks.listen(tcp_port + 1)
    tasks.spawn(hear_notifications, notifications)
    register_with_monitor()
    log("Notification listener started on port %d", tcp_port + 1)
    log("TCP server started on port %d", tcp_port)
    while true do
        begin_session(tasks.accept(listener))
    end
end

tasks.spawn(main)
tasks.run()
