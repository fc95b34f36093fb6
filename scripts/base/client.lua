-- The original's client, as its peers see it: one recv for each answer, no second try.

package.path = arg[0]:match("^(.*)[/\\]") .. "/?.lua;" .. package.path

local common = require("common")
local socket = require("socket")

local options, names = common.options({
    ["index-host"] = "localhost", ["index-port"] = "5000", ["output-dir"] = "downloads",
})
local log = common.logger("CLIENT")

local function connect(host, port)
    local handle = socket.tcp4()
    handle:settimeout(10)
    if handle:connect(common.ip(host), port) then
        return handle
    end
    log("Could not connect to %s:%s", host, port)
    os.exit(1)
end

-- Python's recv(size) on a blocking socket.
local function recv(handle, size)
    socket.select({ handle }, nil, 10)
    handle:settimeout(0)
    local data, _, partial = handle:receive(size)
    handle:settimeout(10)
    return data or partial or ""
end

local function ask_list(request)
    local handle = connect(options["index-host"], options["index-port"])
    handle:send(request .. "\n")
    local text = ""
    while not text:find("END", 1, true) do
        local data = recv(handle, 4096)
        if data == "" then
            break
        end
        text = text .. data
    end
    handle:close()
    return text
end

local function print_files()
    print("\nAvailable files:\n" .. ("-"):rep(40))
    for line in ask_list("LIST_FILES"):gmatch("[^\n]+") do
        local parts = common.split(line)
        if parts[1] == "FILE" then
            print(("  %s (%s bytes)"):format(parts[2], parts[3]))
        end
    end
    print(("-"):rep(40))
end

local function print_servers()
    print("\nRegistered servers:\n" .. ("-"):rep(60))
    for line in ask_list("LIST_SERVERS"):gmatch("[^\n]+") do
        local parts = common.split(line)
        if parts[1] == "SERVER" then
            print(("  %s: %s:%s (load=%s, status=%s)"):format(table.unpack(parts, 2, 6)))
        end
    end
    print(("-"):rep(60))
end

-- The index's answer, split.
local function locate(name)
    log("Requesting file: %s", name)
    local handle = connect(options["index-host"], options["index-port"])
    log("Connected to Index Server at %s:%s", options["index-host"], options["index-port"])
    handle:send("HELLO\n")
    log("Index Server says: %s", common.strip(recv(handle, 1024)))
    handle:send(("GET %s\n"):format(name))
    local answer = common.strip(recv(handle, 1024))
    handle:close()
    local parts = common.split(answer)
    if parts[1] ~= "SERVER" then
        log("Error: %s", answer)
        os.exit(1)
    end
    return { ip = parts[2], port = parts[3], id = parts[4], size = common.int(parts[5]) }
end

local function read_header(handle)
    local header = ""
    while header:sub(-1) ~= "\n" do
        local byte = handle:receive(1)
        if not byte then
            break
        end
        header = header .. byte
    end
    return common.split(header)
end

local function download(name)
    local from = locate(name)
    log("File located on server %s (%s:%s), size: %d bytes", from.id, from.ip, from.port,
        from.size)
    local handle = connect(from.ip, from.port)
    log("Connected to Content Server %s at %s:%s", from.id, from.ip, from.port)
    handle:send(("GET %s\n"):format(name))
    local header = read_header(handle)
    local data = header[1] == "OK" and handle:receive(common.int(header[2]))
    handle:close()
    if not data then
        log("Error: the download failed")
        os.exit(1)
    end
    local path = options["output-dir"] .. "/" .. name
    local file = assert(io.open(path, "wb"))
    file:write(data)
    file:close()
    print(("Downloading: 100.0%% (%d/%d bytes)"):format(#data, #data))
    log("Successfully downloaded: %s (%d bytes)", path, #data)
end

if options.list then
    print_files()
elseif options.servers then
    print_servers()
end
for _, name in ipairs(names) do
    download(name)
end
