-- The original's monitor, as its peers see it.
--
-- One index (the last one that registered), one attempt to notify it, whole messages per recv.

package.path = arg[0]:match("^(.*)[/\\]") .. "/?.lua;" .. package.path

local common = require("common")
local socket = require("socket")
local tasks = require("tasks")

local options = common.options({
    ["udp-port"] = "6000", ["tcp-port"] = "6001",
    ["heartbeat-timeout"] = "8", ["check-interval"] = "2",
})
local log = common.logger("MONITOR")
local timeout_s = tonumber(options["heartbeat-timeout"])

local servers = {}
local index

local function on_heartbeat(message)
    local parts = common.split(message)
    if parts[1] ~= "HEARTBEAT" or #parts < 6 then
        return
    end
    local id = parts[2]
    local known = servers[id]
    if known and not known.alive then
        log("Server %s came back online!", id)
    end
    servers[id] = { ip = parts[3], port = common.int(parts[4]), load = common.int(parts[5]),
        files = common.int(parts[6]), last = socket.gettime(), alive = true }
    log("Heartbeat from %s: load=%s, files=%s", id, parts[5], parts[6])
end

local function hear(udp)
    while true do
        tasks.readable(udp)
        local message = udp:receivefrom(1024)
        if message then
            local fine, problem = pcall(on_heartbeat, message)
            if not fine then
                log("Bad heartbeat: %s", problem)
            end
        end
    end
end

local function notify(id)
    if not index then
        return
    end
    local handle = tasks.connect(index.ip, index.port)
    if not handle then
        log("Could not notify the index about %s", id)
        return
    end
    tasks.send_all(handle, ("SERVER_DOWN %s %d\n"):format(id, os.time()))
    handle:close()
end

local function check()
    while true do
        tasks.sleep(tonumber(options["check-interval"]))
        local now = socket.gettime()
        for id, server in pairs(servers) do
            if server.alive and now - server.last > timeout_s then
                server.alive = false
                log("Server %s marked as DEAD (no heartbeat for %.1fs)", id, now - server.last)
                tasks.spawn(notify, id)
            end
        end
    end
end

local function list_servers()
    local lines = {}
    for id, server in pairs(servers) do
        lines[#lines + 1] = ("SERVER %s %s %d %d %s\n"):format(id, server.ip, server.port,
            server.load, server.alive and "alive" or "dead")
    end
    return table.concat(lines) .. "END\n"
end

local function answer(message)
    local parts = common.split(message)
    if message == "LIST_SERVERS" then
        return list_servers()
    elseif parts[1] == "REGISTER_INDEX" and #parts >= 3 then
        index = { ip = parts[2], port = common.int(parts[3]) }
        log("Registered index at %s:%s", parts[2], parts[3])
        return "OK INDEX_REGISTERED\n"
    elseif message == "PING" then
        return "PONG\n"
    end
    return "ERROR UNKNOWN_COMMAND\n"
end

local function session(handle)
    while true do
        local data = tasks.recv(handle, 1024)
        if not data or data == "" then
            break
        end
        local fine, text = pcall(answer, common.strip(data))
        if not fine or not tasks.send_all(handle, text) then
            break
        end
    end
    handle:close()
end

local function main()
    log("Starting Monitor/Health Server...")
    local udp = socket.udp4()
    if not udp:setsockname("0.0.0.0", tonumber(options["udp-port"])) then
        io.stderr:write("cannot bind: address in use\n")
        os.exit(1)
    end
    udp:settimeout(0)
    local listener = tasks.listen(tonumber(options["tcp-port"]))
    log("UDP heartbeat listener started on port %s", options["udp-port"])
    log("TCP server started on port %s", options["tcp-port"])
    tasks.spawn(hear, udp)
    tasks.spawn(check)
    while true do
        tasks.spawn(session, tasks.accept(listener))
    end
end

tasks.spawn(main)
tasks.run()
