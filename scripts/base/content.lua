-- The original's content server, as its peers see it.
--
-- It looks at its folder once, registers once, and serves one request per connection.

package.path = arg[0]:match("^(.*)[/\\]") .. "/?.lua;" .. package.path

local common = require("common")
local socket = require("socket")
local tasks = require("tasks")

local options = common.options({
    ["id"] = "CS1", ["tcp-port"] = "7001", ["udp-port"] = "7002",
    ["index-host"] = "localhost", ["index-port"] = "5000",
    ["monitor-host"] = "localhost", ["monitor-udp-port"] = "6000",
    ["heartbeat-interval"] = "3", ["modules"] = ".",
})
package.cpath = ("%s/?.so;%s/?.dll;%s"):format(options.modules, options.modules, package.cpath)

local folder = require("process.folder")

local id = options["id"]
local files_dir = options["files-dir"] or "files_" .. id
local log = common.logger("CONTENT-" .. id)

local files, file_count, load = {}, 0, 0

local function scan()
    for _, entry in ipairs(assert(folder.list(files_dir))) do
        if entry.kind == "file" then
            files[entry.name] = entry.size
            file_count = file_count + 1
            log("Found file: %s (%d bytes)", entry.name, entry.size)
        end
    end
end

local function register()
    local handle = tasks.connect(options["index-host"], options["index-port"])
    if not handle then
        log("Could not connect to the index")
        return
    end
    tasks.send_all(handle, ("REGISTER %s %s %s\n"):format(id, options["tcp-port"],
        options["udp-port"]))
    tasks.recv(handle, 1024, 10)
    for name, size in pairs(files) do
        tasks.send_all(handle, ("ADD_FILE %s %s %d\n"):format(id, name, size))
    end
    tasks.send_all(handle, "DONE_FILES\n")
    tasks.recv(handle, 1024, 10)
    handle:close()
    log("Registered with the index")
end

-- From a port of the system's choice, whatever --udp-port says; without a line feed.
local function send_heartbeats(udp)
    local ip = common.ip(options["monitor-host"])
    while true do
        udp:sendto(("HEARTBEAT %s localhost %s %d %d"):format(id, options["tcp-port"], load,
            file_count), ip, tonumber(options["monitor-udp-port"]))
        log("Sent heartbeat: load=%d, files=%d", load, file_count)
        tasks.sleep(tonumber(options["heartbeat-interval"]))
    end
end

local function send_file(handle, name)
    local file = files[name] and io.open(files_dir .. "/" .. name, "rb")
    if not file then
        tasks.send_all(handle, "ERROR FILE_NOT_FOUND\n")
        return
    end
    local fine = tasks.send_all(handle, ("OK %d\n"):format(files[name]))
    for data in file:lines(65536) do
        fine = fine and tasks.send_all(handle, data)
    end
    file:close()
    if fine then
        log("Sent file: %s (%d bytes)", name, files[name])
    end
end

local function serve(handle)
    local data = tasks.recv(handle, 1024)
    local message = common.strip(data or "")
    if common.starts_with(message, "GET") then
        send_file(handle, common.split(message)[2])
    elseif message ~= "" then
        tasks.send_all(handle, "ERROR UNKNOWN_COMMAND\n")
    end
    handle:close()
end

local function session(handle)
    load = load + 1
    local fine, problem = pcall(serve, handle)
    load = load - 1
    if not fine then
        log("Error in a session: %s", problem)
        handle:close()
    end
end

local function main()
    log("Starting Content Server %s...", id)
    scan()
    local listener = tasks.listen(tonumber(options["tcp-port"]))
    local udp = socket.udp4()
    udp:setsockname("0.0.0.0", 0)
    log("TCP server started on port %s", options["tcp-port"])
    log("Heartbeats leave from UDP port %s", select(2, udp:getsockname()))
    register()
    tasks.spawn(send_heartbeats, udp)
    while true do
        local handle = tasks.accept(listener)
        log("Client connected from %s:%s", handle:getpeername())
        tasks.spawn(session, handle)
    end
end

tasks.spawn(main)
tasks.run()
